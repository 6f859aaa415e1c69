package dev.herd.bench.reproduce.bdr;

import dev.herd.data.Progress;
import dev.herd.nn.DenseOptimizer;
import dev.herd.nn.LearningRate;
import dev.herd.nn.LearningRateConfig;
import dev.herd.nn.Losses;
import dev.herd.nn.Numerics;
import dev.herd.nn.OptimizerConfig;
import dev.herd.nn.Parameters;
import dev.herd.nn.SlicedStep;
import dev.herd.nn.Tape;
import dev.herd.nn.Tensor;
import dev.herd.numerics.CounterRandom;
import dev.herd.numerics.WorkerPool;
import java.lang.foreign.Arena;
import java.util.Arrays;

/// Trains a [CharModel] on a text and measures it on the rest. First weights and windows depend on the seed
/// alone, so that two formats see the same.
///
/// **Owner**: who creates it closes it; the worker pool stays the caller's.
final class CharTraining implements AutoCloseable {
    /// Windows scored at once.
    private static final int SCORED = 32;

    private static final long WINDOWS = 0x77696e;

    private final Recipe recipe;
    private final CharText text;
    private final long seed;
    private final WorkerPool pool;
    private final Arena arena = Arena.ofShared();
    private final Parameters parameters;
    private final CharModel model;
    private final float[] seen;

    CharTraining(Recipe recipe, CharText text, long seed, WorkerPool pool) {
        this.recipe = recipe;
        this.text = text;
        this.seed = seed;
        this.pool = pool;
        this.parameters = Parameters.create(arena, seed);
        this.model = CharModel.create(parameters.root(), text.characters(), recipe.shape());
        this.seen = CharModel.earlier(recipe.shape().length());
    }

    /// What no format changes.
    ///
    /// @param batch windows of a step
    /// @param slices parts of a batch; they decide the order of sums
    record Recipe(CharModel.Shape shape, int steps, int batch, int slices, double clip) {
        private static final double RATE = 2e-3;
        private static final int WARM_UP = 30;

        LearningRateConfig rate() {
            return new LearningRateConfig(
                    RATE, Math.min(WARM_UP, steps), 0, LearningRateConfig.Decay.Cosine.defaults());
        }

        OptimizerConfig optimizer() {
            return new OptimizerConfig.AdamW(0.9, 0.99, 1e-8, 0.01);
        }

        Recipe withSteps(int changed) {
            return new Recipe(shape, changed, batch, slices, clip);
        }

        Recipe withSlices(int changed) {
            return new Recipe(shape, steps, batch, changed, clip);
        }
    }

    /// Numbers that are trained.
    long count() {
        return parameters.count();
    }

    void train(Numerics numerics, String what, Progress progress) {
        DenseOptimizer optimizer = DenseOptimizer.create(recipe.optimizer(), parameters, arena, pool);
        SlicedStep step = SlicedStep.create(parameters, recipe.slices(), numerics, pool);
        LearningRate schedule = LearningRate.create(recipe.rate(), recipe.steps());
        try (Progress.Task task = progress.start(what, recipe.steps(), "steps")) {
            for (int number = 0; number < recipe.steps(); number++) {
                int[] starts = starts(number);
                optimizer.zeroGradients();
                double loss = step.run(
                        recipe.batch(), 0, (tape, first, end) -> loss(tape, text.learnt(), starts, first, end));
                double norm = Math.sqrt(optimizer.squaredGradientNorm());
                optimizer.step(schedule.at(number), norm > recipe.clip() ? recipe.clip() / norm : 1);
                task.note("loss", loss);
                task.advance(1);
            }
        }
    }

    private int[] starts(int step) {
        int last = text.learnt().length - recipe.shape().length();
        int[] starts = new int[recipe.batch()];
        Arrays.setAll(starts, window ->
                (int) CounterRandom.below(seed, WINDOWS, (long) step * starts.length + window, last));
        return starts;
    }

    /// Nats a character of the held-out text, window by window.
    double measure(Numerics numerics) {
        int length = recipe.shape().length();
        int windows = (text.heldOut().length - 1) / length;
        int[] starts = new int[windows];
        Arrays.setAll(starts, window -> window * length);
        double[] sums = new double[Math.ceilDiv(windows, SCORED)];
        pool.run(sums.length, part -> {
            int first = part * SCORED;
            int end = Math.min(windows, first + SCORED);
            try (Tape tape = Tape.inference(numerics)) {
                sums[part] = tape.floats(loss(tape, text.heldOut(), starts, first, end))[0] * (double) (end - first);
            }
        });
        return Arrays.stream(sums).sum() / windows;
    }

    /// Mean over the characters of windows `[first, end)`.
    private Tensor loss(Tape tape, int[] from, int[] starts, int first, int end) {
        int length = recipe.shape().length();
        long[] given = new long[(end - first) * length];
        long[] wanted = new long[given.length];
        for (int i = 0; i < given.length; i++) {
            int at = starts[first + i / length] + i % length;
            given[i] = from[at];
            wanted[i] = from[at + 1];
        }
        Tensor seenTT = tape.input(seen, length, length);
        return Losses.crossEntropy(tape, model.forward(tape.ops(), given, seenTT), wanted);
    }

    @Override
    public void close() {
        arena.close();
    }
}
