package dev.herd.numerics.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What [RowSteps] computes.
final class ScalarRowSteps implements RowSteps.Kernel {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final int LANES = 16;

    @Override
    public void regularize(RowBlock block, int count, float l2, float scale) {
        each(block, count, (k, w, g, s) -> {
            float gradient = scale * (get(block.gradients(), g) + l2 * get(block.weights(), w));
            set(block.gradients(), g, gradient);
        });
    }

    @Override
    public void decay(RowBlock block, int count, float keep) {
        each(block, count, (k, w, g, s) -> set(block.weights(), w, keep * get(block.weights(), w)));
    }

    @Override
    public void sgd(RowBlock block, int count, float rate) {
        each(block, count, (k, w, g, s) -> {
            set(block.weights(), w, get(block.weights(), w) - rate * get(block.gradients(), g));
        });
    }

    @Override
    public void adagrad(RowBlock block, int count, MemorySegment sums, float rate, float epsilon) {
        each(block, count, (k, w, g, s) -> {
            float gradient = get(block.gradients(), g);
            float sum = get(sums, s) + gradient * gradient;
            set(sums, s, sum);
            float step = rate * gradient / ((float) Math.sqrt(sum) + epsilon);
            set(block.weights(), w, get(block.weights(), w) - step);
        });
    }

    @Override
    public void rowWiseAdagrad(RowBlock block, int count, MemorySegment sums, float rate, float epsilon) {
        float[] factors = new float[count];
        for (int k = 0; k < count; k++) {
            float sum = get(sums, block.stateAt()[k]) + squares(block, k) / block.dim();
            set(sums, block.stateAt()[k], sum);
            factors[k] = rate / ((float) Math.sqrt(sum) + epsilon);
        }
        each(block, count, (k, w, g, s) -> {
            set(block.weights(), w, get(block.weights(), w) - factors[k] * get(block.gradients(), g));
        });
    }

    private static float squares(RowBlock block, int k) {
        float[] lanes = new float[LANES];
        for (int d = 0; d < block.dim(); d++) {
            float gradient = get(block.gradients(), ((long) k * block.dim() + d) * Float.BYTES);
            lanes[d % LANES] += gradient * gradient;
        }
        for (int half = LANES / 2; half > 0; half /= 2) {
            for (int lane = 0; lane < half; lane++) {
                lanes[lane] += lanes[lane + half];
            }
        }
        return lanes[0];
    }

    @Override
    public void adam(RowBlock block, int count, MemorySegment means, MemorySegment squares, RowSteps.Adam adam) {
        each(block, count, (k, w, g, s) -> {
            float gradient = get(block.gradients(), g);
            float mean = get(means, s);
            mean += adam.oneMinusBeta1() * (gradient - mean);
            set(means, s, mean);
            float square = adam.beta2() * get(squares, s) + adam.oneMinusBeta2() * gradient * gradient;
            set(squares, s, square);
            float root = (float) Math.sqrt(square) * adam.rootScale() + adam.epsilon();
            set(block.weights(), w, get(block.weights(), w) - adam.step() * mean / root);
        });
    }

    private static void each(RowBlock block, int count, Element element) {
        for (int k = 0; k < count; k++) {
            for (int d = 0; d < block.dim(); d++) {
                long at = (long) d * Float.BYTES;
                long gradient = ((long) k * block.dim()) * Float.BYTES + at;
                element.step(k, block.weightAt()[k] + at, gradient, block.stateAt()[k] + at);
            }
        }
    }

    private static float get(MemorySegment segment, long at) {
        return segment.get(FLOAT, at);
    }

    private static void set(MemorySegment segment, long at, float value) {
        segment.set(FLOAT, at, value);
    }

    /// One element: number of its row, bytes of its weight, gradient and state.
    private interface Element {
        void step(int k, long weight, long gradient, long state);
    }
}
