package dev.herd.embedding;

import dev.herd.numerics.OffHeap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Off-heap room for floats that is kept from batch to batch and replaced by a larger one when a batch needs it.
final class GrowingFloats implements AutoCloseable {
    private Arena arena = Arena.ofShared();
    private MemorySegment segment = MemorySegment.NULL;

    /// Room for at least `floats` numbers; their contents are left over from before.
    @SuppressWarnings("MustBeClosedChecker") // close() closes whichever arena is current
    MemorySegment atLeast(long floats) {
        long bytes = floats * Float.BYTES;
        if (segment.byteSize() < bytes) {
            arena.close();
            arena = Arena.ofShared();
            segment = OffHeap.allocate(arena, bytes + bytes / 4);
        }
        return segment;
    }

    /// The room handed out last.
    MemorySegment segment() {
        return segment;
    }

    @Override
    public void close() {
        arena.close();
    }
}
