package dev.herd.nn;

import dev.herd.numerics.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Moves the dense parameters of a model against their gradients.
///
/// **Owner**: the arena given to [#create] owns the state.
public final class DenseOptimizer {
    /// A parameter and its state arrays, each as large as the parameter.
    private record Slot(Parameter parameter, List<MemorySegment> state) {}

    private final OptimizerConfig config;
    private final WorkerPool pool;
    private final List<String> stateNames;
    private final List<Slot> slots = new ArrayList<>();
    private long steps;

    private DenseOptimizer(OptimizerConfig config, WorkerPool pool) {
        this.config = config;
        this.pool = pool;
        this.stateNames = switch (config) {
            case OptimizerConfig.Sgd sgd -> sgd.momentum() > 0 ? List.of("momentum") : List.of();
            case OptimizerConfig.Adagrad adagrad -> List.of("sum");
            case OptimizerConfig.Adam adam -> List.of("exp_avg", "exp_avg_sq");
            case OptimizerConfig.AdamW adam -> List.of("exp_avg", "exp_avg_sq");
        };
    }

    /// An optimizer that works on the calling thread alone.
    public static DenseOptimizer create(OptimizerConfig config, Parameters parameters, Arena arena) {
        return create(config, parameters, arena, WorkerPool.create(1));
    }

    /// An optimizer that shares the parameters out among the threads of a pool, which stays the caller's; the
    /// bits do not depend on their number. With more than one thread the arenas of state and parameters must be
    /// shared ones.
    public static DenseOptimizer create(OptimizerConfig config, Parameters parameters, Arena arena, WorkerPool pool) {
        DenseOptimizer optimizer = new DenseOptimizer(config, pool);
        for (Parameter parameter : parameters.trainable()) {
            List<MemorySegment> state = optimizer.stateNames.stream()
                    .map(name -> arena.allocate(parameter.values().byteSize(), Parameters.ALIGNMENT))
                    .toList();
            if (config instanceof OptimizerConfig.Adagrad adagrad) {
                fill(state.getFirst(), (float) adagrad.initialAccumulator());
            }
            optimizer.slots.add(new Slot(parameter, state));
        }
        return optimizer;
    }

    /// Sum of the squares of all gradients, in double precision: the dense part of the global norm.
    public double squaredGradientNorm() {
        double[] squares = new double[slots.size()];
        pool.run(
                squares.length,
                number -> squares[number] =
                        UpdateKernels.squaredNorm(slots.get(number).parameter.gradient()));
        double sum = 0;
        for (double square : squares) {
            sum += square;
        }
        return sum;
    }

    /// One step with the gradients times `gradientScale` (below 1 when the global norm is clipped).
    public void step(double learningRate, double gradientScale) {
        steps++;
        pool.run(slots.size(), number -> step(slots.get(number), (float) gradientScale, learningRate));
    }

    private void step(Slot slot, float scale, double learningRate) {
        MemorySegment values = slot.parameter.values();
        MemorySegment gradient = slot.parameter.gradient();
        List<MemorySegment> state = slot.state;
        var weighting =
                new UpdateKernels.Weighting(scale, (float) config.l2(), (float) (1 - learningRate * config.decay()));
        switch (config) {
            case OptimizerConfig.Sgd sgd -> {
                if (state.isEmpty()) {
                    UpdateKernels.sgd(values, gradient, weighting, (float) learningRate);
                } else {
                    UpdateKernels.momentum(
                            values, gradient, state.get(0), weighting, (float) sgd.momentum(), (float) learningRate);
                }
            }
            case OptimizerConfig.Adagrad adagrad ->
                UpdateKernels.adagrad(
                        values, gradient, state.get(0), weighting, (float) adagrad.eps(), (float) learningRate);
            case OptimizerConfig.Adam adam ->
                adam(slot, weighting, adam.beta1(), adam.beta2(), adam.eps(), learningRate);
            case OptimizerConfig.AdamW adam ->
                adam(slot, weighting, adam.beta1(), adam.beta2(), adam.eps(), learningRate);
        }
    }

    private void adam(
            Slot slot, UpdateKernels.Weighting weighting, double beta1, double beta2, double eps, double learningRate) {
        double correction1 = 1 - Math.pow(beta1, steps);
        double correction2 = 1 - Math.pow(beta2, steps);
        UpdateKernels.adam(
                slot.parameter.values(),
                slot.parameter.gradient(),
                slot.state.get(0),
                slot.state.get(1),
                weighting,
                new UpdateKernels.AdamStep(
                        (float) (1 - beta1),
                        (float) beta2,
                        (float) (1 - beta2),
                        (float) eps,
                        (float) Math.sqrt(correction2),
                        (float) (learningRate / correction1)));
    }

    /// Clears all gradients; before every backward pass that should not add to the last one.
    public void zeroGradients() {
        pool.run(slots.size(), number -> slots.get(number).parameter.gradient().fill((byte) 0));
    }

    /// State arrays for checkpoints, by `<parameter>/<state>`; their memory may be read and overwritten.
    public Map<String, MemorySegment> state() {
        Map<String, MemorySegment> state = new LinkedHashMap<>();
        for (Slot slot : slots) {
            for (int i = 0; i < stateNames.size(); i++) {
                state.put(slot.parameter.name() + "/" + stateNames.get(i), slot.state.get(i));
            }
        }
        return state;
    }

    /// Number of [#step]s so far.
    public long steps() {
        return steps;
    }

    /// Continues a checkpointed run.
    public void restoreSteps(long steps) {
        if (steps < 0) {
            throw new IllegalArgumentException("steps must not be negative, got " + steps);
        }
        this.steps = steps;
    }

    private static void fill(MemorySegment segment, float value) {
        for (long i = 0; i < segment.byteSize() / Float.BYTES; i++) {
            segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
        }
    }
}
