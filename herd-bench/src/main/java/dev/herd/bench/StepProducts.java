package dev.herd.bench;

import dev.herd.bench.torch.TorchProducts;
import dev.herd.nn.LinearProducts;
import dev.herd.nn.graph.Graph;
import dev.herd.nn.graph.Node;
import dev.herd.nn.graph.Operator;
import dev.herd.numerics.WorkerPool;
import dev.herd.numerics.kernel.PairwiseDots;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// The matrix products of a net's training step and nothing else: those of the recorded forward pass, and
/// two of the backward pass for each, of the same shapes, by the same engines and on as many threads as
/// the trainer's step.
///
/// **Owner**: close it.
final class StepProducts implements AutoCloseable {
    /// The trainer's default: a batch is differentiated in halves.
    private static final int SLICES = 2;

    private final Arena arena = Arena.ofShared();
    private final WorkerPool pool;
    private final List<List<Runnable>> slices = new ArrayList<>();
    private final List<AutoCloseable> owned = new ArrayList<>();

    private StepProducts(Graph graph, long rows, int threads) {
        this.pool = WorkerPool.create(threads);
        for (int slice = 0; slice < SLICES; slice++) {
            long share = rows * (slice + 1) / SLICES - rows * slice / SLICES;
            List<Runnable> products = new ArrayList<>();
            graph.nodes().forEach(node -> add(products, node, share));
            slices.add(products);
        }
    }

    static StepProducts create(Graph graph, long rows, int threads) {
        return new StepProducts(graph, rows, threads);
    }

    private void add(List<Runnable> products, Node node, long rows) {
        if (node.operator() instanceof Operator.Linear linear) {
            long[] weight = linear.weight().shape();
            Node x = node.operands().getFirst();
            boolean needsInput = !(x.operator() instanceof Operator.Input);
            LinearProducts made =
                    LinearProducts.create(rows * x.perExample() / weight[1], weight[1], weight[0], needsInput);
            owned.add(made);
            products.add(made::run);
        } else if (node.operator() instanceof Operator.Matmul) {
            TorchProducts made = TorchProducts.create(
                    shape(node.operands().get(0), rows), shape(node.operands().get(1), rows));
            owned.add(made);
            products.add(made::run);
        } else if (node.operator() instanceof Operator.PairwiseDots(int n)) {
            products.add(dots(Math.toIntExact(node.operands().getFirst().shape()[2]), n, rows));
        } else if (node.operator() instanceof Operator.Convolution) {
            throw new IllegalArgumentException("the products of convolutions cannot be timed alone yet: " + node);
        }
    }

    private Runnable dots(int width, int n, long rows) {
        MemorySegment vectors = arena.allocate(rows * n * width * Float.BYTES, 64);
        MemorySegment gradient = arena.allocate(rows * n * width * Float.BYTES, 64);
        MemorySegment pairs = arena.allocate(rows * PairwiseDots.count(n) * Float.BYTES, 64);
        return () -> {
            PairwiseDots.forward(vectors, rows, n, width, pairs);
            PairwiseDots.backward(vectors, pairs, rows, n, width, gradient);
        };
    }

    private static long[] shape(Node node, long rows) {
        long[] shape = node.shape();
        for (int i = 0; i < shape.length; i++) {
            shape[i] = shape[i] < 0 ? -shape[i] * rows : shape[i];
        }
        return shape;
    }

    /// Forms every product of a step once.
    void run() {
        pool.run(SLICES, slice -> slices.get(slice).forEach(Runnable::run));
    }

    @Override
    public void close() {
        pool.close();
        for (AutoCloseable product : owned) {
            try {
                product.close();
            } catch (Exception e) {
                throw new IllegalStateException("cannot free the arrays of a product", e);
            }
        }
        arena.close();
    }
}
