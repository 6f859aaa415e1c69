package dev.herd.bench.llm;

import dev.herd.numerics.OffHeap;
import dev.herd.numerics.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.LongSupplier;

/// How fast this machine reads memory that lies beyond its caches.
final class ReadBandwidth {
    private static final long PIECE = 4 << 20;
    private static final int ROUNDS = 5;

    private ReadBandwidth() {}

    /// Bytes a second of the best of several passes, in each of which pairs of equal pieces are compared.
    ///
    /// @param bytes to read in each pass, a multiple of 8 MiB
    /// @param clock in nanoseconds
    static double measure(long bytes, int threads, LongSupplier clock) {
        try (Arena arena = Arena.ofShared();
                WorkerPool pool = WorkerPool.create(threads)) {
            MemorySegment all = OffHeap.allocate(arena, bytes);
            int pairs = Math.toIntExact(bytes / (2 * PIECE));
            pool.run(pairs, pair -> all.asSlice(pair * 2 * PIECE, 2 * PIECE).fill((byte) pair));
            double best = 0;
            for (int round = 0; round < ROUNDS; round++) {
                long start = clock.getAsLong();
                pool.run(pairs, pair -> compare(all.asSlice(pair * 2 * PIECE, 2 * PIECE)));
                best = Math.max(best, bytes * 1e9 / (clock.getAsLong() - start));
            }
            return best;
        }
    }

    private static void compare(MemorySegment pair) {
        if (pair.asSlice(0, PIECE).mismatch(pair.asSlice(PIECE)) >= 0) {
            throw new IllegalStateException("equal bytes differ");
        }
    }
}
