package dev.herd.numerics.kernel;

import static dev.herd.numerics.kernel.VectorSums.BYTES;
import static dev.herd.numerics.kernel.VectorSums.FLOATS;
import static dev.herd.numerics.kernel.VectorSums.LANES;
import static dev.herd.numerics.kernel.VectorSums.ORDER;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// [ScalarRowSteps] with the Vector API: whole vectors of a row, then the rest under a mask.
final class VectorRowSteps implements RowSteps.Kernel {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final int SUMS = 16;

    @Override
    public void regularize(RowBlock block, int count, float l2, float scale) {
        MemorySegment weights = block.weights();
        MemorySegment gradients = block.gradients();
        long bytes = block.dim() * 4L;
        for (int k = 0; k < count; k++) {
            long w = block.weightAt()[k];
            long g = k * bytes;
            long i = 0;
            for (; i + BYTES <= bytes; i += BYTES) {
                FloatVector gradient =
                        load(gradients, g + i).add(load(weights, w + i).mul(l2));
                gradient.mul(scale).intoMemorySegment(gradients, g + i, ORDER);
            }
            if (i < bytes) {
                VectorMask<Float> tail = tail(bytes - i);
                FloatVector gradient = load(gradients, g + i, tail)
                        .add(load(weights, w + i, tail).mul(l2));
                gradient.mul(scale).intoMemorySegment(gradients, g + i, ORDER, tail);
            }
        }
    }

    @Override
    public void decay(RowBlock block, int count, float keep) {
        MemorySegment weights = block.weights();
        long bytes = block.dim() * 4L;
        for (int k = 0; k < count; k++) {
            long w = block.weightAt()[k];
            long i = 0;
            for (; i + BYTES <= bytes; i += BYTES) {
                load(weights, w + i).mul(keep).intoMemorySegment(weights, w + i, ORDER);
            }
            if (i < bytes) {
                VectorMask<Float> tail = tail(bytes - i);
                load(weights, w + i, tail).mul(keep).intoMemorySegment(weights, w + i, ORDER, tail);
            }
        }
    }

    @Override
    public void sgd(RowBlock block, int count, float rate) {
        for (int k = 0; k < count; k++) {
            descend(block, k, rate);
        }
    }

    /// `w -= factor * g` on row k.
    private static void descend(RowBlock block, int k, float factor) {
        MemorySegment weights = block.weights();
        MemorySegment gradients = block.gradients();
        long bytes = block.dim() * 4L;
        long w = block.weightAt()[k];
        long g = k * bytes;
        long i = 0;
        for (; i + BYTES <= bytes; i += BYTES) {
            FloatVector step = load(gradients, g + i).mul(factor);
            load(weights, w + i).sub(step).intoMemorySegment(weights, w + i, ORDER);
        }
        if (i < bytes) {
            VectorMask<Float> tail = tail(bytes - i);
            FloatVector step = load(gradients, g + i, tail).mul(factor);
            load(weights, w + i, tail).sub(step).intoMemorySegment(weights, w + i, ORDER, tail);
        }
    }

    @Override
    public void rowWiseAdagrad(RowBlock block, int count, MemorySegment sums, float rate, float epsilon) {
        long bytes = block.dim() * 4L;
        for (int k = 0; k < count; k++) {
            float sum =
                    sums.get(FLOAT, block.stateAt()[k]) + squares(block.gradients(), k * bytes, bytes) / block.dim();
            sums.set(FLOAT, block.stateAt()[k], sum);
            descend(block, k, rate / ((float) Math.sqrt(sum) + epsilon));
        }
    }

    /// Sixteen interleaved sums of squares, folded: one vector on 512-bit hardware, two on 256-bit, four on 128-bit.
    private static float squares(MemorySegment gradients, long from, long bytes) {
        FloatVector a = FloatVector.zero(FLOATS);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        long i = 0;
        for (; i + SUMS * 4L <= bytes; i += SUMS * 4L) {
            a = a.add(square(load(gradients, from + i)));
            if (LANES < 16) {
                b = b.add(square(load(gradients, from + i + BYTES)));
            }
            if (LANES < 8) {
                c = c.add(square(load(gradients, from + i + 2 * BYTES)));
                d = d.add(square(load(gradients, from + i + 3 * BYTES)));
            }
        }
        if (i < bytes) {
            a = a.add(square(load(gradients, from + i, tail(bytes - i))));
            if (LANES < 16 && i + BYTES < bytes) {
                b = b.add(square(load(gradients, from + i + BYTES, tail(bytes - i - BYTES))));
            }
            if (LANES < 8 && i + 2 * BYTES < bytes) {
                c = c.add(square(load(gradients, from + i + 2 * BYTES, tail(bytes - i - 2 * BYTES))));
            }
            if (LANES < 8 && i + 3 * BYTES < bytes) {
                d = d.add(square(load(gradients, from + i + 3 * BYTES, tail(bytes - i - 3 * BYTES))));
            }
        }
        if (LANES < 8) {
            return VectorSums.fold(a.add(c).add(b.add(d)));
        }
        return VectorSums.fold(LANES < 16 ? a.add(b) : a);
    }

    @Override
    public void adagrad(RowBlock block, int count, MemorySegment sums, float rate, float epsilon) {
        MemorySegment weights = block.weights();
        MemorySegment gradients = block.gradients();
        long bytes = block.dim() * 4L;
        for (int k = 0; k < count; k++) {
            long w = block.weightAt()[k];
            long s = block.stateAt()[k];
            long g = k * bytes;
            long i = 0;
            for (; i + BYTES <= bytes; i += BYTES) {
                FloatVector gradient = load(gradients, g + i);
                FloatVector sum = load(sums, s + i).add(square(gradient));
                sum.intoMemorySegment(sums, s + i, ORDER);
                FloatVector step = gradient.mul(rate).div(sum.sqrt().add(epsilon));
                load(weights, w + i).sub(step).intoMemorySegment(weights, w + i, ORDER);
            }
            if (i < bytes) {
                VectorMask<Float> tail = tail(bytes - i);
                FloatVector gradient = load(gradients, g + i, tail);
                FloatVector sum = load(sums, s + i, tail).add(square(gradient));
                sum.intoMemorySegment(sums, s + i, ORDER, tail);
                FloatVector step = gradient.mul(rate).div(sum.sqrt().add(epsilon));
                load(weights, w + i, tail).sub(step).intoMemorySegment(weights, w + i, ORDER, tail);
            }
        }
    }

    @Override
    public void adam(RowBlock block, int count, MemorySegment means, MemorySegment squares, RowSteps.Adam adam) {
        long bytes = block.dim() * 4L;
        for (int k = 0; k < count; k++) {
            long w = block.weightAt()[k];
            long s = block.stateAt()[k];
            adamRow(block.weights(), w, block.gradients(), k * bytes, means, squares, s, bytes, adam);
        }
    }

    private static void adamRow(
            MemorySegment weights,
            long w,
            MemorySegment gradients,
            long g,
            MemorySegment means,
            MemorySegment squares,
            long s,
            long bytes,
            RowSteps.Adam adam) {
        long i = 0;
        for (; i + BYTES <= bytes; i += BYTES) {
            FloatVector gradient = load(gradients, g + i);
            FloatVector mean = load(means, s + i);
            mean = mean.add(gradient.sub(mean).mul(adam.oneMinusBeta1()));
            mean.intoMemorySegment(means, s + i, ORDER);
            FloatVector square = load(squares, s + i).mul(adam.beta2());
            square = square.add(gradient.mul(adam.oneMinusBeta2()).mul(gradient));
            square.intoMemorySegment(squares, s + i, ORDER);
            FloatVector root = square.sqrt().mul(adam.rootScale()).add(adam.epsilon());
            FloatVector step = mean.mul(adam.step()).div(root);
            load(weights, w + i).sub(step).intoMemorySegment(weights, w + i, ORDER);
        }
        if (i < bytes) {
            VectorMask<Float> tail = tail(bytes - i);
            FloatVector gradient = load(gradients, g + i, tail);
            FloatVector mean = load(means, s + i, tail);
            mean = mean.add(gradient.sub(mean).mul(adam.oneMinusBeta1()));
            mean.intoMemorySegment(means, s + i, ORDER, tail);
            FloatVector square = load(squares, s + i, tail).mul(adam.beta2());
            square = square.add(gradient.mul(adam.oneMinusBeta2()).mul(gradient));
            square.intoMemorySegment(squares, s + i, ORDER, tail);
            FloatVector root = square.sqrt().mul(adam.rootScale()).add(adam.epsilon());
            FloatVector step = mean.mul(adam.step()).div(root);
            load(weights, w + i, tail).sub(step).intoMemorySegment(weights, w + i, ORDER, tail);
        }
    }

    private static FloatVector square(FloatVector x) {
        return x.mul(x);
    }

    private static VectorMask<Float> tail(long bytes) {
        return FLOATS.indexInRange(0, bytes / 4);
    }

    private static FloatVector load(MemorySegment segment, long at) {
        return FloatVector.fromMemorySegment(FLOATS, segment, at, ORDER);
    }

    private static FloatVector load(MemorySegment segment, long at, VectorMask<Float> mask) {
        return FloatVector.fromMemorySegment(FLOATS, segment, at, ORDER, mask);
    }
}
