package dev.herd.llama.engine;

import dev.herd.llama.engine.WeightProduct.Target;
import dev.herd.llama.weights.LlamaConfig;
import dev.herd.llama.weights.LoraFile;
import dev.herd.llama.weights.LoraFile.Pair;
import dev.herd.llama.weights.LoraFile.Place;
import dev.herd.llama.weights.TensorType;
import dev.herd.llama.weights.WeightTensor;
import dev.herd.numerics.OffHeap;
import dev.herd.numerics.WorkerPool;
import dev.herd.numerics.kernel.RowMath;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What LoRA adapters add to the products of an engine: `B (A x)`, for all adapters at once with their
/// matrices `A` one below the other and their scaled matrices `B` side by side.
///
/// **Errors**: the matrices are held in fp32; the sum is the product of the adapted weight up to fp32
/// rounding. It has the same bits for one activation as for several.
///
/// **Owner**: the arena holds the matrices and scratch space.
final class LowRank {
    private final Map<Place, Stack> stacks;
    private final MemorySegment low;
    private final MemorySegment high;

    /// The adapters of one weight: `a[ranks, in]` and `b[out, ranks]`.
    private record Stack(WeightTensor a, WeightTensor b) {}

    /// One adapter's part of a weight, and what to scale it by in all.
    private record Part(LoraFile file, Pair pair, double scale) {}

    private LowRank(Map<Place, Stack> stacks, MemorySegment low, MemorySegment high) {
        this.stacks = stacks;
        this.low = low;
        this.high = high;
    }

    /// @param rows most activations of one product
    ///
    /// **Throws** [dev.herd.data.InputException] for an adapter that cannot be read or does not fit.
    static LowRank read(Arena arena, LlamaConfig config, List<Adapter> adapters, int rows) {
        List<LoraFile> files = new ArrayList<>();
        try {
            Map<Place, List<Part>> parts = new HashMap<>();
            for (Adapter adapter : adapters) {
                LoraFile file = LoraFile.open(adapter.path(), config);
                files.add(file);
                file.pairs()
                        .forEach((place, pair) -> parts.computeIfAbsent(place, _ -> new ArrayList<>())
                                .add(new Part(file, pair, adapter.scale() * pair.scale())));
            }
            Map<Place, Stack> stacks = new HashMap<>();
            parts.forEach((place, all) -> stacks.put(place, stack(arena, config, place, all)));
            long ranks = stacks.values().stream()
                    .mapToLong(stack -> stack.a.rows())
                    .max()
                    .orElse(0);
            long out = stacks.values().stream()
                    .mapToLong(stack -> stack.b.rows())
                    .max()
                    .orElse(0);
            long inside = Math.min(out, Math.max(config.hidden(), Math.max(config.width(), config.queryWidth())));
            return new LowRank(stacks, floats(arena, ranks * rows), floats(arena, Math.max(out, inside * rows)));
        } finally {
            files.forEach(LoraFile::close);
        }
    }

    private static MemorySegment floats(Arena arena, long count) {
        return OffHeap.allocate(arena, Math.multiplyExact(count, Float.BYTES));
    }

    private static Stack stack(Arena arena, LlamaConfig config, Place place, List<Part> parts) {
        long ranks = parts.stream().mapToLong(part -> part.pair.rank()).sum();
        long[] shape = place.role().shape(config);
        MemorySegment a = floats(arena, ranks * shape[1]);
        MemorySegment b = floats(arena, shape[0] * ranks);
        long rank = 0;
        for (Part part : parts) {
            for (long row = 0; row < part.pair.rank(); row++) {
                part.pair.a().decodeRow(row, a, (rank + row) * shape[1]);
            }
            for (long row = 0; row < shape[0]; row++) {
                long at = row * ranks + rank;
                part.pair.b().decodeRow(part.file.row(place, row, config), b, at);
                RowMath.scale((float) part.scale, b, at, part.pair.rank());
            }
            rank += part.pair.rank();
        }
        return new Stack(
                new WeightTensor("lora_a", TensorType.F32, new long[] {ranks, shape[1]}, a),
                new WeightTensor("lora_b", TensorType.F32, new long[] {shape[0], ranks}, b));
    }

    /// Adds to `y[count, out]`, the product of a weight and `x[count, in]`, what the adapters say.
    void add(Place place, WeightProduct product, WorkerPool pool, MemorySegment x, int count, MemorySegment y) {
        Stack stack = stacks.get(place);
        if (stack == null) {
            return;
        }
        long in = stack.a.columns();
        long out = stack.b.rows();
        int most = (int) Math.min(count, high.byteSize() / Float.BYTES / out);
        for (int first = 0; first < count; first += most) {
            int rows = Math.min(most, count - first);
            long from = (long) first * out;
            MemorySegment part = x.asSlice(first * in * Float.BYTES, rows * in * Float.BYTES);
            product.multiply(part, rows, new Target(stack.a, low));
            product.multiply(low, rows, new Target(stack.b, high));
            pool.run(rows, row -> RowMath.axpy(1, high, row * out, y, from + row * out, out));
        }
    }
}
