package dev.herd.numerics.kernel;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// Inner products of many fp32 rows with many others, from copies of both laid out for it: the strips.
///
/// A strip interleaves a few rows vector by vector: for each step of as many numbers as a vector has lanes,
/// those numbers of its first row, then of the next. The product reads two strips from front to back, as
/// the caches like it, and needs no address but two. Rows that are missing in the last strip, and numbers
/// in the last step, are 0.
///
/// Strips and sums are arrays: the products of two strips fill a method that the first compiler refuses
/// when it must also open memory segments, and what it refuses runs in the interpreter for a minute.
///
/// Sums are kept one vector for each pair of rows until [#fold], so the inner index can be cut into parts
/// that fit a cache. An inner product has the bits that [RowDots] gives, whatever the parts are.
public final class RowStrips {
    /// Rows in a strip of weights.
    public static final int TALL = 4;

    /// Rows in a strip of activations.
    public static final int WIDE = 5;

    private static final Kernel KERNEL = Kernels.choose(ScalarRowStrips::new, () -> new VectorRowStrips());

    private RowStrips() {}

    /// Steps that `inner` numbers of a row take.
    public static int steps(int inner) {
        return Math.ceilDiv(inner, KERNEL.lanes());
    }

    /// Floats of a strip of `height` rows.
    public static int floats(int height, int inner) {
        return Math.multiplyExact(steps(inner), height * KERNEL.lanes());
    }

    /// Floats of the sums of a strip of weights with a strip of activations.
    public static int sums() {
        return TALL * WIDE * KERNEL.lanes();
    }

    /// Writes one strip.
    ///
    /// **Shapes**: `x[rows, inner]` from float `xAt` on, its rows `xStride` floats apart.
    /// **Throws** `IndexOutOfBoundsException` when a segment or an array is too short.
    ///
    /// @param rows that there are, up to `height`
    public static void pack(
            MemorySegment x, long xAt, long xStride, int rows, int inner, float[] strip, int at, int height) {
        if (rows < 1 || rows > height) {
            throw new IllegalArgumentException("a strip of " + height + " rows cannot take " + rows);
        }
        RowMath.check(x, xAt, (rows - 1) * xStride + inner);
        Objects.checkFromIndexSize(at, floats(height, inner), strip.length);
        KERNEL.pack(x, xAt, xStride, rows, inner, strip, at, height);
    }

    /// Adds the products of `steps` steps of one strip of weights and one of activations to their sums.
    ///
    /// **Throws** `IndexOutOfBoundsException` when a segment or an array is too short.
    public static void multiplyAdd(float[] w, int wAt, float[] x, int xAt, int steps, float[] sums, int sumsAt) {
        Objects.checkFromIndexSize(wAt, steps * TALL * KERNEL.lanes(), w.length);
        Objects.checkFromIndexSize(xAt, steps * WIDE * KERNEL.lanes(), x.length);
        Objects.checkFromIndexSize(sumsAt, sums(), sums.length);
        KERNEL.multiplyAdd(w, wAt, x, xAt, steps, sums, sumsAt);
    }

    /// Adds up the sums of one pair of strips: the product of weight row r and activation row t goes to
    /// float `outAt + t * outStride + r`.
    ///
    /// **Throws** `IndexOutOfBoundsException` when a segment or an array is too short.
    ///
    /// @param rows of weights that there are
    /// @param count of activation rows that there are
    public static void fold(
            float[] sums, int sumsAt, int rows, int count, MemorySegment out, long outAt, long outStride) {
        if (rows < 1 || rows > TALL || count < 1 || count > WIDE) {
            throw new IllegalArgumentException("two strips have no " + rows + " by " + count + " products");
        }
        Objects.checkFromIndexSize(sumsAt, sums(), sums.length);
        RowMath.check(out, outAt, (count - 1) * outStride + rows);
        KERNEL.fold(sums, sumsAt, rows, count, out, outAt, outStride);
    }

    interface Kernel {
        int lanes();

        void pack(MemorySegment x, long xAt, long xStride, int rows, int inner, float[] strip, int at, int height);

        void multiplyAdd(float[] w, int wAt, float[] x, int xAt, int steps, float[] sums, int sumsAt);

        void fold(float[] sums, int sumsAt, int rows, int count, MemorySegment out, long outAt, long outStride);
    }
}
