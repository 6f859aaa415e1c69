package dev.herd.numerics.int8;

import dev.herd.numerics.block.BlockFormat;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Optional;

/// Inner products of rows of weights, stored in blocks of whole numbers, with tokens that [Int8Tokens] rounded.
///
/// A row is read in units of 32 numbers, or 16 where its scales are so fine, from the first on. The products of
/// a unit's whole numbers are summed exactly; the sum times the unit's scale times the token's scale, this
/// product first, is added to the total with one rounding. Where a format has minima, the unit's minimum times
/// the token's sum is then taken away with one rounding. Hence an inner product has the same bits beside any
/// others, and in machine code as in the definition.
///
/// **Errors**: those of the tokens' rounding; of the weights none but the rounding of scales to fp32.
public final class Int8Product {
    private static final Kernel DEFINITION = new ScalarInt8Product();
    private static final Choice CHOICE = MachineInt8Product.choose();

    private Int8Product() {}

    /// @param obstacle why there is no machine code
    record Choice(Kernel kernel, Optional<String> obstacle) {
        static Choice definition(String obstacle) {
            return new Choice(DEFINITION, Optional.of(obstacle));
        }
    }

    /// Whether weights of a format can be multiplied.
    public static boolean supports(BlockFormat format) {
        return Coding.of(format).isPresent();
    }

    /// Why products are computed by the definition, which is slow; empty where machine code does it.
    public static Optional<String> obstacle() {
        return CHOICE.obstacle();
    }

    /// Multiplies `rows` rows of weights with all tokens.
    ///
    /// **Shapes**: `w[rows, columns]` from byte `wByte` on, without gaps; `out[count, rows]` from float `outAt`
    /// on, its rows `outStride` floats apart.
    ///
    /// **Throws** `IndexOutOfBoundsException` when a segment is too short, `IllegalArgumentException` when the
    /// format is not supported or rows are not made of whole blocks.
    ///
    /// @param w off the heap, as are the others
    /// @param scratch that this thread alone uses
    public static void multiply(
            BlockFormat format,
            MemorySegment w,
            long wByte,
            int rows,
            Int8Tokens x,
            MemorySegment out,
            long outAt,
            long outStride,
            Int8Scratch scratch) {
        Coding coding = Coding.of(format)
                .orElseThrow(() -> new IllegalArgumentException(format + " weights do not meet rounded tokens"));
        long bytes = Math.multiplyExact(format.rowBytes(x.columns()), rows);
        MemorySegment weights = w.asSlice(wByte, bytes);
        long floats = (x.count() - 1) * outStride + rows;
        Objects.checkFromIndexSize(outAt, floats, out.byteSize() / Float.BYTES);
        MemorySegment to = out.asSlice(outAt * Float.BYTES, floats * Float.BYTES);
        scratch.require(rows, x.columns());
        CHOICE.kernel().multiply(coding, weights, rows, x, to, outStride, scratch);
    }

    interface Kernel {
        void multiply(
                Coding coding,
                MemorySegment w,
                int rows,
                Int8Tokens x,
                MemorySegment out,
                long outStride,
                Int8Scratch scratch);
    }
}
