package dev.herd.numerics.kernel;

import dev.herd.numerics.block.BlockFormat;
import java.lang.foreign.MemorySegment;

/// What [BlockRows] computes.
final class ScalarBlockRows implements BlockRows.Kernel {
    @Override
    public void decode(
            BlockFormat format, MemorySegment from, long fromByte, MemorySegment to, long toAt, long blocks) {
        format.decode(from, fromByte, to, toAt, blocks);
    }
}
