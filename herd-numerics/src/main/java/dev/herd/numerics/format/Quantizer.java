package dev.herd.numerics.format;

import dev.herd.numerics.format.BlockCodec.Axis;
import java.lang.foreign.MemorySegment;

/// Rounds fp32 matrices to what a format can say. Places are in range; `from` and `to` are the same place or
/// do not overlap.
interface Quantizer {
    /// @param random for formats that round at random; line `i` uses `random + i`
    void quantize(
            MemorySegment from,
            long fromAt,
            MemorySegment to,
            long toAt,
            int rows,
            int columns,
            Axis axis,
            long random);
}
