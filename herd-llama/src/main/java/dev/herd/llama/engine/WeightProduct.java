package dev.herd.llama.engine;

import dev.herd.llama.weights.WeightTensor;
import dev.herd.numerics.WorkerPool;
import dev.herd.numerics.int8.Int8Product;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Products of activations with weight matrices of any format, in one of two ways. A product has the same bits
/// for one activation as for several.
///
/// **Owner**: the arena holds scratch space.
final class WeightProduct {
    private final WorkerPool pool;
    private final Activations activations;
    private final Way floats;
    private final Way whole;

    /// @param batch most activations of one product
    /// @param widest longest of them
    WeightProduct(Arena arena, WorkerPool pool, Activations activations, int batch, int widest) {
        this.pool = pool;
        this.activations = activations;
        floats = new FloatWay(arena, pool, batch, widest);
        whole = activations == Activations.INT8 ? new Int8Way(arena, pool, batch, widest) : floats;
    }

    /// A matrix `[rows, columns]` and where its products `[count, rows]` go.
    record Target(WeightTensor weights, MemorySegment out) {
        int rows() {
            return Math.toIntExact(weights.rows());
        }
    }

    /// How activations meet weights.
    interface Way {
        /// Prepares `x[count, columns]`.
        void take(MemorySegment x, int count, int columns);

        /// Rows of weights that one task should take.
        int rows();

        /// Multiplies some rows with what was taken; `worker` is the thread's number.
        void multiply(Target target, int first, int rows, int worker);
    }

    /// Multiplies `x[count, columns]` with every target's weights, which have the same number of columns.
    void multiply(MemorySegment x, int count, Target... targets) {
        int columns = Math.toIntExact(targets[0].weights().columns());
        Arrays.stream(targets).map(this::way).distinct().forEach(way -> way.take(x, count, columns));
        int tasks = Arrays.stream(targets).mapToInt(this::tasks).sum();
        pool.run(tasks, (worker, task) -> {
            int left = task;
            int at = 0;
            while (left >= tasks(targets[at])) {
                left -= tasks(targets[at++]);
            }
            Way way = way(targets[at]);
            int first = left * way.rows();
            way.multiply(targets[at], first, Math.min(way.rows(), targets[at].rows() - first), worker);
        });
    }

    private Way way(Target target) {
        boolean rounded = activations == Activations.INT8
                && Int8Product.supports(target.weights().format());
        return rounded ? whole : floats;
    }

    private int tasks(Target target) {
        return Math.ceilDiv(target.rows(), way(target).rows());
    }
}
