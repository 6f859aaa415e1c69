package dev.herd.bench;

import dev.herd.bench.duel.Duel;
import dev.herd.bench.torch.TorchBags;
import dev.herd.bench.torch.TorchParameters;
import dev.herd.bench.torch.TorchTables;
import dev.herd.bench.torch.TorchThreads;
import dev.herd.bench.torch.TorchTrainer;
import dev.herd.data.Batch;
import dev.herd.data.Features;
import dev.herd.embedding.EmbeddingBagCollection;
import dev.herd.embedding.EmbeddingTable;
import dev.herd.nn.Parameter;
import dev.herd.train.BatchTrainer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.NoGradGuard;

/// The trainer's own step and libtorch's of the same net from the same values on the same batches.
///
/// **Owner**: close it.
final class StepSides implements AutoCloseable {
    private static final int TRIALS = 3;
    private static final int TRIAL_STEPS = 4;

    private final BatchTrainer herd;
    private final List<Batch> batches = new ArrayList<>();
    private final List<TorchTrainer.Sample> samples = new ArrayList<>();
    private final TorchTables torchTables;
    private final TorchTrainer torch;
    private final TorchParameters copies;
    private TorchThreads torchThreads;
    private int herdAt;
    private int torchAt;

    private StepSides(StepCase step, int threads) {
        CriteoShape shape = step.shape();
        herd = BatchTrainer.create(step.config(threads), shape.schema());
        copies = TorchParameters.copyOf(herd.parameters());
        torchTables = TorchTables.create(CriteoShape.rows(), shape.width(), StepCase.EPS);
        copyTables();
        torch = TorchTrainer.create(torchTables, step.torch(copies), copies, StepCase.TABLE_RATE, StepCase.DENSE_RATE);
        torchThreads = TorchThreads.choices(threads).getFirst();
        for (CriteoShape.Sample sample : shape.batches()) {
            Features features = new Features(CriteoShape.BATCH, sample.dense(), sample.sparse());
            batches.add(new Batch(features, sample.labels(), new long[0], new long[0]));
            samples.add(copy(sample));
        }
    }

    static StepSides create(StepCase step, int threads) {
        return new StepSides(step, threads);
    }

    private void copyTables() {
        EmbeddingBagCollection tables = herd.tables().values().iterator().next();
        try (NoGradGuard guard = new NoGradGuard()) {
            for (int i = 0; i < tables.tables().size(); i++) {
                EmbeddingTable table = tables.tables().get(i);
                try (var weights = TorchParameters.copy(table.weights(), table.rows(), table.dim())) {
                    torchTables.weight(i).copy_(weights);
                }
            }
        }
    }

    private static TorchTrainer.Sample copy(CriteoShape.Sample batch) {
        try (Arena copies = Arena.ofConfined()) {
            MemorySegment dense = copies.allocate(batch.dense().length * 4L, 64);
            dense.copyFrom(MemorySegment.ofArray(batch.dense()));
            MemorySegment labels = copies.allocate(batch.labels().length * 4L, 64);
            labels.copyFrom(MemorySegment.ofArray(batch.labels()));
            return new TorchTrainer.Sample(
                    TorchBags.of(batch.sparse()),
                    TorchParameters.copy(dense, CriteoShape.BATCH, CriteoShape.DENSE),
                    TorchParameters.copy(labels, CriteoShape.BATCH, 1));
        }
    }

    Duel.Side herd() {
        return new Duel.Side() {
            @Override
            public void enter() {
                TorchThreads.ONE.apply();
            }

            @Override
            public void run() {
                herdAt = (herdAt + 1) % batches.size();
                herd.step(batches.get(herdAt), StepCase.DENSE_RATE);
            }
        };
    }

    /// Milliseconds of Herd's average step since the last call, by part.
    Map<String, Double> herdMilliseconds() {
        return herd.milliseconds();
    }

    Duel.Side torch() {
        return new Duel.Side() {
            @Override
            public void enter() {
                torchThreads.apply();
            }

            @Override
            public void run() {
                torchAt = (torchAt + 1) % samples.size();
                torch.step(samples.get(torchAt));
            }
        };
    }

    /// Gives libtorch whichever choice of threads it is faster with, by the best of a few trials each.
    TorchThreads chooseTorchThreads(int threads) {
        List<TorchThreads> choices = TorchThreads.choices(threads);
        long[] best = new long[choices.size()];
        Arrays.fill(best, Long.MAX_VALUE);
        Duel.Side side = torch();
        for (int trial = 0; trial < TRIALS; trial++) {
            for (int i = 0; i < best.length; i++) {
                torchThreads = choices.get(i);
                side.enter();
                for (int run = 0; run < TRIAL_STEPS; run++) {
                    long start = System.nanoTime();
                    side.run();
                    best[i] = Math.min(best[i], System.nanoTime() - start);
                }
            }
        }
        int fastest = 0;
        for (int i = 1; i < best.length; i++) {
            fastest = best[i] < best[fastest] ? i : fastest;
        }
        torchThreads = choices.get(fastest);
        return torchThreads;
    }

    /// Trains both sides for a few steps and compares the losses, and the network's gradients of the first
    /// step.
    ///
    /// **Throws** `IllegalStateException` naming the step or the parameter at which they differ.
    void verify() {
        for (int step = 0; step < 3; step++) {
            herd().enter();
            double ours = herd.step(batches.get(step % 2), StepCase.DENSE_RATE);
            torch().enter();
            double theirs = torch.step(samples.get(step % 2));
            if (!(Math.abs(ours - theirs) <= 1e-4 * (1 + Math.abs(theirs)))) {
                throw new IllegalStateException(
                        "step " + step + ": the loss is " + ours + " in Herd and " + theirs + " in libtorch");
            }
            if (step == 0) {
                herd.parameters().trainable().forEach(this::verifyGradient);
            }
        }
    }

    private void verifyGradient(Parameter parameter) {
        double difference = copies.gradientDifference(parameter);
        if (!(difference <= 1e-3)) {
            throw new IllegalStateException("the gradient of " + parameter + " differs by " + difference
                    + " of its length between Herd and libtorch");
        }
    }

    @Override
    public void close() {
        TorchThreads.ONE.apply();
        torchTables.close();
        samples.forEach(sample -> sample.bags().close());
        herd.close();
    }
}
