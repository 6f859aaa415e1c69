package dev.herd.bench;

import dev.herd.bench.torch.TorchBags;
import dev.herd.bench.torch.TorchParameters;
import dev.herd.bench.torch.TorchTables;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.embedding.EmbeddingBagCollection;
import dev.herd.embedding.EmbeddingBagConfig;
import dev.herd.embedding.EmbeddingOptimizer;
import dev.herd.embedding.EmbeddingTable;
import dev.herd.embedding.RowInit;
import dev.herd.nn.LibTorch;
import dev.herd.numerics.CounterRandom;
import dev.herd.numerics.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/// Herd's tables and libtorch's with the same rows, the same batches and the same gradients.
///
/// **Owner**: close it; it frees the tables of both sides and its threads.
final class BagSides implements AutoCloseable {
    static final double RATE = 0.05;

    private static final double EPS = 1e-8;
    private static final long SEED = 7;
    private static final double TOLERANCE = 1e-4;

    private final BagShape shape;
    private final int threads;
    private final Arena arena = Arena.ofShared();
    private final WorkerPool pool;
    private final EmbeddingBagCollection herd;
    private final TorchTables torch;
    private final List<KeyedJaggedTensor> herdBatches;
    private final List<TorchBags> torchBatches;
    private final MemorySegment herdGradient;
    private final List<Tensor> torchGradients;
    private int herdAt;
    private int torchAt;

    private BagSides(BagShape shape, int threads) {
        this.shape = shape;
        this.threads = threads;
        LibTorch.threads(threads);
        pool = WorkerPool.create(threads);
        herd = EmbeddingBagCollection.create(
                configs(shape),
                new EmbeddingOptimizer.ExactRowWiseAdagrad(EPS, dev.herd.embedding.Decay.NONE),
                SEED,
                pool);
        long[] rows = new long[BagShape.TABLES];
        Arrays.fill(rows, shape.rows());
        torch = TorchTables.create(rows, shape.width(), EPS);
        copyWeights();
        herdBatches = shape.batches();
        torchBatches = herdBatches.stream().map(TorchBags::of).toList();
        herdGradient = arena.allocate((long) BagShape.BATCH * columns(shape) * Float.BYTES, 64);
        torchGradients = fillGradients();
    }

    static BagSides create(BagShape shape, int threads) {
        return new BagSides(shape, threads);
    }

    private static int columns(BagShape shape) {
        return BagShape.TABLES * shape.width();
    }

    private static List<EmbeddingBagConfig> configs(BagShape shape) {
        List<EmbeddingBagConfig> configs = new ArrayList<>();
        for (String feature : shape.features()) {
            configs.add(EmbeddingBagConfig.of(feature, shape.rows(), shape.width(), List.of(feature))
                    .withInit(RowInit.uniform(-0.1, 0.1)));
        }
        return configs;
    }

    private void copyWeights() {
        try (NoGradGuard guard = new NoGradGuard()) {
            for (int table = 0; table < BagShape.TABLES; table++) {
                EmbeddingTable from = herd.tables().get(table);
                try (Tensor weights = TorchParameters.copy(from.weights(), from.rows(), from.dim())) {
                    torch.weight(table).copy_(weights);
                }
            }
        }
    }

    /// Random gradients: one segment for Herd, a contiguous tensor a table for libtorch.
    private List<Tensor> fillGradients() {
        int columns = columns(shape);
        int width = shape.width();
        List<Tensor> gradients = new ArrayList<>();
        try (Arena copies = Arena.ofConfined()) {
            for (int table = 0; table < BagShape.TABLES; table++) {
                MemorySegment own = copies.allocate((long) BagShape.BATCH * width * Float.BYTES, 64);
                for (int row = 0; row < BagShape.BATCH; row++) {
                    for (int d = 0; d < width; d++) {
                        long at = (long) row * columns + (long) table * width + d;
                        float value = (float) CounterRandom.gaussian(SEED, 1, at);
                        herdGradient.setAtIndex(ValueLayout.JAVA_FLOAT, at, value);
                        own.setAtIndex(ValueLayout.JAVA_FLOAT, (long) row * width + d, value);
                    }
                }
                gradients.add(TorchParameters.copy(own, BagShape.BATCH, width));
            }
        }
        return List.copyOf(gradients);
    }

    int threads() {
        return threads;
    }

    void herdLookup() {
        herd.lookup(nextHerd());
    }

    /// libtorch's fused forward alone: its results are left table by table.
    void torchLookup() {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            torch.lookup(nextTorch());
        }
    }

    void herdTrain() {
        herd.lookup(nextHerd());
        herd.backward(herdGradient);
        herd.update(RATE, 1);
    }

    void torchTrain() {
        torch.train(nextTorch(), torchGradients, RATE);
    }

    private KeyedJaggedTensor nextHerd() {
        herdAt = (herdAt + 1) % herdBatches.size();
        return herdBatches.get(herdAt);
    }

    private TorchBags nextTorch() {
        torchAt = (torchAt + 1) % torchBatches.size();
        return torchBatches.get(torchAt);
    }

    /// Trains both sides on one batch, twice, and compares what they look up before and after.
    ///
    /// **Throws** `IllegalStateException` naming the place where they differ.
    void verify() {
        compare("before training");
        for (int step = 0; step < 2; step++) {
            herd.lookup(herdBatches.getFirst());
            herd.backward(herdGradient);
            herd.update(RATE, 1);
            torch.train(torchBatches.getFirst(), torchGradients, RATE);
        }
        compare("after two steps");
    }

    private void compare(String when) {
        MemorySegment ours = herd.lookup(herdBatches.getFirst()).values();
        int width = shape.width();
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            List<Tensor> theirs = torch.lookup(torchBatches.getFirst());
            for (int table = 0; table < BagShape.TABLES; table++) {
                float[] values = new float[BagShape.BATCH * width];
                theirs.get(table).data_ptr_float().get(values);
                for (int i = 0; i < values.length; i++) {
                    long at = (long) (i / width) * columns(shape) + (long) table * width + i % width;
                    float own = ours.getAtIndex(ValueLayout.JAVA_FLOAT, at);
                    if (!(Math.abs(own - values[i]) <= TOLERANCE * (1 + Math.abs(own)))) {
                        throw new IllegalStateException(shape.name() + " " + when + ": table " + table + ", bag "
                                + i / width + ", column " + i % width + " is " + own + " in Herd and " + values[i]
                                + " in libtorch");
                    }
                }
            }
        }
    }

    @Override
    public void close() {
        torch.close();
        torchGradients.forEach(Tensor::close);
        torchBatches.forEach(TorchBags::close);
        herd.close();
        pool.close();
        arena.close();
    }
}
