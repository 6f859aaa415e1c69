package dev.herd.nn;

import dev.herd.numerics.CounterRandom;
import dev.herd.numerics.WorkerPool;
import java.util.List;
import java.util.stream.IntStream;

/// Differentiates a batch in slices of rows, on several threads. The number of slices, not of threads,
/// decides the order of every sum, so the bits are the same for any number of threads.
///
/// ```java
/// SlicedStep step = SlicedStep.create(parameters, 2, pool);
/// double loss = step.run(batch.size(), seed, (tape, first, end) -> lossOfRows(tape, first, end));
/// ```
///
/// **Owner**: the extra gradients, one per parameter and slice beyond the first, belong to the arena of the
/// [Parameters], which must be a shared one.
public final class SlicedStep {
    private final List<Parameter> parameters;
    private final int slices;
    private final Numerics numerics;
    private final WorkerPool pool;

    private SlicedStep(List<Parameter> parameters, int slices, Numerics numerics, WorkerPool pool) {
        this.parameters = parameters;
        this.slices = slices;
        this.numerics = numerics;
        this.pool = pool;
    }

    /// **Throws** `IllegalArgumentException` when the model keeps running statistics, which need whole
    /// batches, and `slices` is not 1.
    public static SlicedStep create(Parameters parameters, int slices, WorkerPool pool) {
        return create(parameters, slices, Numerics.FP32, pool);
    }

    /// The same with rounded operands of matrix products. Blocks that run along the batch begin anew in every
    /// slice.
    public static SlicedStep create(Parameters parameters, int slices, Numerics numerics, WorkerPool pool) {
        if (slices < 1) {
            throw new IllegalArgumentException("slices must be positive, got " + slices);
        }
        if (slices > 1 && !isSliceable(parameters)) {
            throw new IllegalArgumentException(
                    "a model with running statistics (batch normalization) needs whole batches: use 1 slice, not "
                            + slices);
        }
        return new SlicedStep(parameters.trainable(), slices, numerics, pool);
    }

    /// True when no parameter is a running statistic of whole batches.
    public static boolean isSliceable(Parameters parameters) {
        return parameters.all().size() == parameters.trainable().size();
    }

    /// What is differentiated.
    @FunctionalInterface
    public interface Work {
        /// The mean loss of the rows `[first, end)` of the batch. Called from several threads at once.
        Tensor loss(Tape tape, int first, int end);
    }

    /// Adds the gradient of the batch's mean loss to [Parameter#gradient] and returns that loss.
    ///
    /// @param dropoutSeed decides every dropout mask of the step: derive it from (seed, step)
    public double run(int rows, long dropoutSeed, Work work) {
        double[] losses = new double[slices];
        pool.run(slices, slice -> losses[slice] = differentiate(rows, dropoutSeed, work, slice));
        if (slices > 1) {
            pool.run(parameters.size(), number -> gather(parameters.get(number)));
        }
        double loss = 0;
        for (double part : losses) {
            loss += part;
        }
        return loss;
    }

    /// The first row of every slice of a batch.
    public int[] starts(int rows) {
        return IntStream.range(0, slices).map(slice -> first(rows, slice)).toArray();
    }

    private int first(int rows, int slice) {
        return Math.toIntExact((long) rows * slice / slices);
    }

    private double differentiate(int rows, long dropoutSeed, Work work, int slice) {
        if (slice > 0) {
            for (Parameter parameter : parameters) {
                parameter.gradient(slice).fill((byte) 0);
            }
        }
        int first = first(rows, slice);
        int end = first(rows, slice + 1);
        if (first == end) {
            return 0;
        }
        long seed = slices == 1 ? dropoutSeed : CounterRandom.bits(dropoutSeed, slices, slice);
        try (Tape tape = Tape.slice(seed, slice, slices, numerics)) {
            Tensor loss = work.loss(tape, first, end);
            Tensor share = slices == 1 ? loss : tape.ops().scale(loss, (double) (end - first) / rows);
            tape.backward(share);
            return tape.floats(share)[0];
        }
    }

    private void gather(Parameter parameter) {
        for (int slice = 1; slice < slices; slice++) {
            UpdateKernels.add(parameter.gradient(), parameter.gradient(slice));
        }
    }
}
