package dev.herd.embedding;

import dev.herd.data.KeyedJaggedTensor;
import dev.herd.numerics.CounterRandom;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// Random batches and gradients for tests, from a seed.
final class Batches {
    private Batches() {}

    /// Bags of 0 to `longest` ids below `rows`, a few of them very frequent.
    static KeyedJaggedTensor random(List<String> keys, int size, int longest, long rows, boolean weighted, long seed) {
        int[] offsets = new int[keys.size() * size + 1];
        for (int i = 0; i + 1 < offsets.length; i++) {
            offsets[i + 1] = offsets[i] + (int) CounterRandom.below(seed, 1, i, longest + 1);
        }
        long[] values = new long[offsets[offsets.length - 1]];
        float[] weights = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            boolean frequent = CounterRandom.below(seed, 2, i, 4) == 0;
            values[i] = CounterRandom.below(seed, 3, i, frequent ? Math.min(rows, 2) : rows);
            weights[i] = (float) (CounterRandom.uniform(seed, 4, i) + 0.25);
        }
        return weighted
                ? KeyedJaggedTensor.ofWeighted(keys, size, values, offsets, weights)
                : KeyedJaggedTensor.of(keys, size, values, offsets);
    }

    static double[][] gradient(int size, int width, long seed) {
        double[][] gradient = new double[size][width];
        for (int b = 0; b < size; b++) {
            for (int d = 0; d < width; d++) {
                gradient[b][d] = (float) (CounterRandom.uniform(seed, b, d) - 0.5);
            }
        }
        return gradient;
    }

    static MemorySegment segment(Arena arena, double[][] values) {
        int width = values[0].length;
        MemorySegment segment = arena.allocate((long) values.length * width * 4, 64);
        for (int b = 0; b < values.length; b++) {
            for (int d = 0; d < width; d++) {
                segment.setAtIndex(ValueLayout.JAVA_FLOAT, (long) b * width + d, (float) values[b][d]);
            }
        }
        return segment;
    }

    static float[] floats(MemorySegment segment) {
        return segment.toArray(ValueLayout.JAVA_FLOAT);
    }
}
