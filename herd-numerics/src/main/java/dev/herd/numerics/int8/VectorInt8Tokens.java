package dev.herd.numerics.int8;

import static jdk.incubator.vector.VectorOperators.ABS;
import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.MAX;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// [ScalarInt8Tokens] with the Vector API, the same bits, where vectors have sixteen lanes and the machine is
/// little-endian.
final class VectorInt8Tokens implements Int8Tokens.Kernel {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_512;
    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_128;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final boolean FITS =
            FloatVector.SPECIES_PREFERRED.length() == 16 && ByteOrder.nativeOrder() == ORDER;

    /// Added to a number below 2^22 in size, it leaves the nearest whole number in the low bits.
    private static final float MIDDLE = 0x1.8p23f;

    private final ScalarInt8Tokens scalar = new ScalarInt8Tokens();

    @Override
    public void round(MemorySegment x, long from, int blocks, MemorySegment to, TokenGroup layout, int token) {
        int done = 0;
        while (FITS && done < blocks) {
            long at = from + (long) done * TokenGroup.WIDTH * Float.BYTES;
            float largest = largest(x, at);
            if (!(largest >= ScalarInt8Tokens.SMALLEST && largest <= Float.MAX_VALUE)) {
                scalar.round(x, at, 1, to.asSlice((long) done * layout.block()), layout, token);
            } else {
                round(x, at, largest, to, (long) done * layout.block(), layout, token);
            }
            done++;
        }
        if (!FITS) {
            scalar.round(x, from, blocks, to, layout, token);
        }
    }

    private static float largest(MemorySegment x, long at) {
        FloatVector a = FloatVector.fromMemorySegment(FLOATS, x, at, ORDER).lanewise(ABS);
        FloatVector b = FloatVector.fromMemorySegment(FLOATS, x, at + 64, ORDER).lanewise(ABS);
        return a.max(b).reduceLanes(MAX);
    }

    private static void round(
            MemorySegment x, long from, float largest, MemorySegment to, long at, TokenGroup layout, int token) {
        float inverse = 127 / largest;
        int first = half(x, from, inverse, to, at + layout.step(0, token), layout.tokens());
        int second = half(x, from + 64, inverse, to, at + layout.step(4, token), layout.tokens());
        ScalarInt8Tokens.finish(largest, first, second, to, at, layout, token);
    }

    /// Writes sixteen numbers and returns their sum.
    private static int half(MemorySegment x, long from, float inverse, MemorySegment to, long at, int tokens) {
        IntVector whole = FloatVector.fromMemorySegment(FLOATS, x, from, ORDER)
                .mul(inverse)
                .add(MIDDLE)
                .reinterpretAsInts()
                .sub(Float.floatToRawIntBits(MIDDLE));
        LongVector packed = whole.convertShape(VectorOperators.I2B, BYTES, 0).reinterpretAsLongs();
        long low = packed.lane(0);
        long high = packed.lane(1);
        to.set(INT, at, (int) low);
        to.set(INT, at + 4L * tokens, (int) (low >>> 32));
        to.set(INT, at + 8L * tokens, (int) high);
        to.set(INT, at + 12L * tokens, (int) (high >>> 32));
        return whole.reduceLanes(ADD);
    }
}
