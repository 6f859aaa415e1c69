package dev.herd.numerics.kernel;

import static dev.herd.numerics.kernel.VectorSums.INTS;
import static dev.herd.numerics.kernel.VectorSums.LANES;
import static dev.herd.numerics.kernel.VectorSums.ORDER;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import dev.herd.numerics.block.BlockFormat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/// Decoding of MX9 and MX6 with the Vector API, for vectors of 8 or 16 lanes: the bits of the definition. The
/// scales of a pair's two binades are made by adding to their exponents, so blocks whose scales are not normal
/// floats are left to the definition.
final class VectorMicroBlocks {
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int WIDTH = 16;
    private static final int NAN = 255;
    /// Below it, the lower scale of MX9 is no normal float.
    private static final int LEAST = 8;

    private static final IntVector LANE = IntVector.zero(INTS).addIndex(1);
    private static final IntVector PAIR = LANE.lanewise(LSHR, 1);
    /// Where the number of a lane begins in an int of eight.
    private static final IntVector NIBBLE = LANE.and(7).lanewise(LSHL, 2);

    private static final VectorMask<Integer> UPPER = LANE.lanewise(LSHR, 3).eq(1);

    private VectorMicroBlocks() {}

    static void mx9(MemorySegment from, long first, MemorySegment to, long firstOut, long blocks) {
        long at = first;
        long out = firstOut;
        for (long block = 0; block < blocks; block++) {
            int exponent = from.get(BYTE, at) & 0xFF;
            if (exponent < LEAST || exponent == NAN) {
                BlockFormat.MX9.decode(from, at, to, out / Float.BYTES, 1);
            } else {
                int shifts = from.get(BYTE, at + 1) & 0xFF;
                for (int i = 0; i < WIDTH; i += LANES) {
                    VectorBlockRows.signed(from, at + 2 + i)
                            .mul(scales(exponent - 6, shifts >> i / 2))
                            .intoMemorySegment(to, out + 4L * i, ORDER);
                }
            }
            at += 18;
            out += WIDTH * Float.BYTES;
        }
    }

    static void mx6(MemorySegment from, long first, MemorySegment to, long firstOut, long blocks) {
        long at = first;
        long out = firstOut;
        for (long block = 0; block < blocks; block++) {
            int exponent = from.get(BYTE, at) & 0xFF;
            if (exponent < LEAST || exponent == NAN) {
                BlockFormat.MX6.decode(from, at, to, out / Float.BYTES, 1);
            } else {
                int shifts = from.get(BYTE, at + 1) & 0xFF;
                for (int i = 0; i < WIDTH; i += LANES) {
                    VectorBlockRows.floats(sixBits(from, at, i))
                            .mul(scales(exponent - 3, shifts >> i / 2))
                            .intoMemorySegment(to, out + 4L * i, ORDER);
                }
            }
            at += 12;
            out += WIDTH * Float.BYTES;
        }
    }

    /// @param exponent of the higher scale, plus 127
    /// @param shifts a bit for each pair
    private static FloatVector scales(int exponent, int shifts) {
        IntVector lower = IntVector.broadcast(INTS, shifts).lanewise(LSHR, PAIR).and(1);
        return IntVector.broadcast(INTS, exponent).sub(lower).lanewise(LSHL, 23).reinterpretAsFloats();
    }

    private static IntVector sixBits(MemorySegment from, long at, int i) {
        IntVector eight = IntVector.broadcast(INTS, from.get(INT, at + 4 + i / 2));
        // Vectors of eight lanes leave the second int to the next turn.
        IntVector all = LANES > 8 ? eight.blend(from.get(INT, at + 8), UPPER) : eight;
        IntVector signs = IntVector.broadcast(INTS, from.get(SHORT, at + 2) >> i);
        return all.lanewise(LSHR, NIBBLE)
                .and(15)
                .sub(signs.lanewise(LSHR, LANE).and(1).lanewise(LSHL, 4));
    }
}
