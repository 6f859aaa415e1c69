package dev.herd.numerics.kernel;

import dev.herd.numerics.ElementType;
import java.lang.foreign.MemorySegment;

/// A table `[count, dim]`, row-major without gaps.
public record Rows(MemorySegment values, ElementType type, long count, int dim) {
    public Rows {
        if (dim <= 0 || count < 0) {
            throw new IllegalArgumentException("rows need a positive width, got [" + count + ", " + dim + "]");
        }
        long bytes = Math.multiplyExact(count, (long) dim * type.bytes());
        if (values.byteSize() < bytes) {
            throw new IllegalArgumentException("[" + count + ", " + dim + "] of " + type + " needs " + bytes
                    + " bytes, the segment has " + values.byteSize());
        }
    }

    /// Bytes from one row to the next.
    public long stride() {
        return (long) dim * type.bytes();
    }
}
