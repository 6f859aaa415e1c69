package dev.herd.numerics.kernel;

import dev.herd.numerics.block.BlockFormat;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// Decoding of weights stored in blocks, many blocks at a time, from where they lie: mostly a mapped file.
///
/// **Errors**: the bits are those of [BlockFormat#decode(MemorySegment, long, MemorySegment, long, long)],
/// which is the definition.
public final class BlockRows {
    private static final Kernel KERNEL = Kernels.choose(ScalarBlockRows::new, () -> new VectorBlockRows());

    private BlockRows() {}

    /// Writes the numbers of `blocks` blocks to fp32.
    ///
    /// @param fromByte where the first block starts in `from`, aligned to nothing
    /// @param toAt the number in `to`, which holds fp32, that is written first
    /// **Throws** `IndexOutOfBoundsException` when a segment is too short.
    public static void decode(
            BlockFormat format, MemorySegment from, long fromByte, MemorySegment to, long toAt, long blocks) {
        Objects.checkFromIndexSize(fromByte, Math.multiplyExact(blocks, format.bytes()), from.byteSize());
        Objects.checkFromIndexSize(toAt, Math.multiplyExact(blocks, format.width()), to.byteSize() / Float.BYTES);
        KERNEL.decode(format, from, fromByte, to, toAt, blocks);
    }

    interface Kernel {
        void decode(BlockFormat format, MemorySegment from, long fromByte, MemorySegment to, long toAt, long blocks);
    }
}
