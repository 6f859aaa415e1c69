package dev.herd.numerics.format;

import dev.herd.numerics.kernel.Bags;
import dev.herd.numerics.kernel.Kernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/// Packs rows of fp32 numbers in a format and unpacks them. Immutable; threads may share it.
///
/// ```java
/// BlockCodec codec = BlockCodec.of(NumberFormats.MX6);
/// codec.encode(weights, row * width, width, packed, row * codec.rowBytes(width));
/// ```
///
/// **Errors**: unpacking is exact to fp32, where a product of scale and element that is beyond fp32 becomes
/// infinite. Packing rounds as the format says; a row has the same bytes whatever is packed beside it. A
/// NaN or an infinity makes everything under its scale NaN.
public final class BlockCodec {
    private final NumberFormat format;
    private final Packing packing;
    private final float tensorScale;
    private final ScalarCodec scalar;
    private final Packer packer;
    private final Unpacker unpacker;
    private final Quantizer quantizer;

    private BlockCodec(NumberFormat format, float tensorScale, boolean fast) {
        this.format = format;
        this.packing = new Packing(format);
        this.tensorScale = tensorScale;
        this.scalar = new ScalarCodec(format, tensorScale);
        if (fast && isHalf(format)) {
            HalvesCodec halves = new HalvesCodec(format);
            this.packer = halves;
            this.unpacker = halves;
        } else {
            this.packer = fast
                    ? Kernels.choose(() -> scalar, () -> VectorCodecs.packer(format, scalar, tensorScale))
                    : scalar;
            this.unpacker = fast
                    ? Kernels.choose(() -> scalar, () -> VectorCodecs.unpacker(format, scalar, tensorScale))
                    : scalar;
        }
        this.quantizer = quantizer(format, fast);
    }

    private static boolean isHalf(NumberFormat format) {
        boolean rounds = format.rounding() == Rounding.HALF_EVEN || format.rounding() == Rounding.STOCHASTIC;
        return rounds && HalvesCodec.TYPES.containsKey(format.element());
    }

    private Quantizer quantizer(NumberFormat of, boolean fast) {
        PackedQuantizer packed = new PackedQuantizer(of, packer, unpacker);
        if (!fast) {
            return packed;
        }
        PackedQuantizer definition = new PackedQuantizer(of, scalar, scalar);
        return Kernels.choose(
                () -> packed, () -> VectorCodecs.quantizer(of, definition).orElse(packed));
    }

    /// For a format under a tensor scale, take [#fitted] of the result before packing.
    public static BlockCodec of(NumberFormat format) {
        return new BlockCodec(format, 1, true);
    }

    /// The definition, slow.
    public static BlockCodec scalar(NumberFormat format) {
        return new BlockCodec(format, 1, false);
    }

    /// The same with the scale of a tensor, as a file or a peer says it.
    public BlockCodec withTensorScale(float scale) {
        return new BlockCodec(format, scale, fast());
    }

    /// The same with the scale of the tensor that starts at float `at`; itself where the format needs none.
    /// A tensor of zeros gets the scale 0, one with numbers that are not finite NaN (not where inner scales
    /// hold NaN).
    public BlockCodec fitted(MemorySegment values, long at, long n) {
        if (!format.needsTensorScale()) {
            return this;
        }
        check(values, at, n);
        return withTensorScale(ScalarCodec.outerScale(format, scalar.largestOfScale(values, at, n)));
    }

    public NumberFormat format() {
        return format;
    }

    /// The scale of the tensor; 1 where the format has none.
    public float tensorScale() {
        return tensorScale;
    }

    /// Whether the Vector API does the work.
    public boolean fast() {
        return unpacker != scalar;
    }

    /// Bytes of a packed row of `n` numbers.
    public long rowBytes(long n) {
        return packing.rowBytes(n);
    }

    /// Packs the `n` numbers from float `fromAt` on.
    public void encode(MemorySegment from, long fromAt, int n, MemorySegment to, long toByte) {
        encode(from, fromAt, n, to, toByte, 0);
    }

    /// The same for formats that round at random.
    ///
    /// @param random fresh 64 bits for each row, for example `CounterRandom.bits(seed, step, row)`
    public void encode(MemorySegment from, long fromAt, int n, MemorySegment to, long toByte, long random) {
        check(from, fromAt, n);
        Objects.checkFromIndexSize(toByte, rowBytes(n), to.byteSize());
        packer.encode(from, fromAt, n, to, toByte, random);
    }

    /// Unpacks a row to the `n` floats from `toAt` on.
    public void decode(MemorySegment from, long fromByte, int n, MemorySegment to, long toAt) {
        Objects.checkFromIndexSize(fromByte, rowBytes(n), from.byteSize());
        check(to, toAt, n);
        unpacker.decode(from, fromByte, n, to, toAt);
    }

    /// Packs a matrix `[rows, columns]`, its rows or its columns one after the other.
    ///
    /// @param random as for one row; row `r` uses `random + r`
    public void encode(
            MemorySegment from,
            long fromAt,
            int rows,
            int columns,
            Axis axis,
            MemorySegment to,
            long toByte,
            long random) {
        check(from, fromAt, (long) rows * columns);
        if (axis == Axis.ROWS) {
            for (int r = 0; r < rows; r++) {
                encode(from, fromAt + (long) r * columns, columns, to, toByte + r * rowBytes(columns), random + r);
            }
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment column = arena.allocate(rows * 4L, 64);
            for (int c = 0; c < columns; c++) {
                gather(from, fromAt + c, columns, column, rows);
                encode(column, 0, rows, to, toByte + c * rowBytes(rows), random + c);
            }
        }
    }

    /// Unpacks a matrix `[rows, columns]` that was packed along an axis.
    public void decode(
            MemorySegment from, long fromByte, int rows, int columns, Axis axis, MemorySegment to, long toAt) {
        check(to, toAt, (long) rows * columns);
        if (axis == Axis.ROWS) {
            for (int r = 0; r < rows; r++) {
                decode(from, fromByte + r * rowBytes(columns), columns, to, toAt + (long) r * columns);
            }
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment column = arena.allocate(rows * 4L, 64);
            for (int c = 0; c < columns; c++) {
                decode(from, fromByte + c * rowBytes(rows), rows, column, 0);
                scatter(column, rows, to, toAt + c, columns);
            }
        }
    }

    /// Replaces the numbers of a matrix `[rows, columns]` by what packing and unpacking makes of them,
    /// blocks along an axis. The tensor scale, where the format has one, is that of the matrix.
    public void quantize(MemorySegment values, long at, int rows, int columns, Axis axis, long random) {
        quantize(values, at, values, at, rows, columns, axis, random);
    }

    /// The same, the result beside the numbers: at the same place, or where nothing overlaps.
    public void quantize(
            MemorySegment from,
            long fromAt,
            MemorySegment to,
            long toAt,
            int rows,
            int columns,
            Axis axis,
            long random) {
        long n = (long) rows * columns;
        check(from, fromAt, n);
        check(to, toAt, n);
        fitted(from, fromAt, n).quantizer.quantize(from, fromAt, to, toAt, rows, columns, axis, random);
    }

    /// Along which axis of a matrix blocks run: the one that a product sums over.
    public enum Axis {
        ROWS,
        COLUMNS
    }

    private static void gather(MemorySegment from, long at, int stride, MemorySegment to, int n) {
        for (int i = 0; i < n; i++) {
            float value = from.get(ValueLayout.JAVA_FLOAT_UNALIGNED, (at + (long) i * stride) * 4);
            to.set(ValueLayout.JAVA_FLOAT_UNALIGNED, i * 4L, value);
        }
    }

    private static void scatter(MemorySegment from, int n, MemorySegment to, long at, int stride) {
        for (int i = 0; i < n; i++) {
            float value = from.get(ValueLayout.JAVA_FLOAT_UNALIGNED, i * 4L);
            to.set(ValueLayout.JAVA_FLOAT_UNALIGNED, (at + (long) i * stride) * 4, value);
        }
    }

    private static void check(MemorySegment segment, long at, long n) {
        Objects.checkFromIndexSize(at, n, segment.byteSize() / Float.BYTES);
    }

    /// The inner products of packed rows that begin every `stride` bytes with fp32 numbers; see
    /// [PackedRows#multiply].
    ///
    /// @param scratch as many floats as a row has numbers
    void dots(
            MemorySegment from,
            long fromByte,
            long stride,
            int rows,
            int n,
            MemorySegment x,
            long xAt,
            MemorySegment out,
            long outAt,
            MemorySegment scratch) {
        unpacker.dots(from, fromByte, stride, rows, n, x, xAt, out, outAt, scratch);
    }

    /// Pools a bag of rows that begin every `stride` bytes; see [PackedRows#pool].
    void pool(
            MemorySegment rows,
            long stride,
            int n,
            Bags bags,
            int bag,
            MemorySegment out,
            long at,
            MemorySegment scratch) {
        unpacker.pool(rows, stride, n, bags, bag, out, at, scratch);
    }

    /// Packs rows; places are in range.
    interface Packer {
        void encode(MemorySegment from, long fromAt, int n, MemorySegment to, long at, long random);
    }

    /// Unpacks rows; places are in range. Arithmetic on packed rows means what these defaults do.
    interface Unpacker {
        void decode(MemorySegment from, long at, int n, MemorySegment to, long toAt);

        /// A [#dot] for every row.
        default void dots(
                MemorySegment from,
                long at,
                long stride,
                int rows,
                int n,
                MemorySegment x,
                long xAt,
                MemorySegment out,
                long outAt,
                MemorySegment scratch) {
            for (int r = 0; r < rows; r++) {
                float dot = dot(from, at + r * stride, n, x, xAt, scratch);
                out.set(ValueLayout.JAVA_FLOAT_UNALIGNED, (outAt + r) * Float.BYTES, dot);
            }
        }

        /// Sixteen interleaved sums, each a chain of fused multiply-adds, folded by halves.
        default float dot(MemorySegment from, long at, int n, MemorySegment x, long xAt, MemorySegment scratch) {
            decode(from, at, n, scratch, 0);
            float[] sums = new float[16];
            for (int i = 0; i < n; i++) {
                sums[i % 16] = Math.fma(get(scratch, i), get(x, xAt + i), sums[i % 16]);
            }
            for (int half = 8; half > 0; half /= 2) {
                for (int i = 0; i < half; i++) {
                    sums[i] += sums[i + half];
                }
            }
            return sums[0];
        }

        /// The sum of the rows of a bag in its order, each times its weight, the product rounded; times one
        /// over their number for the mean.
        default void pool(
                MemorySegment rows,
                long stride,
                int n,
                Bags bags,
                int bag,
                MemorySegment out,
                long outAt,
                MemorySegment scratch) {
            int from = bags.offsets()[bag];
            int to = bags.offsets()[bag + 1];
            float[] sums = new float[n];
            for (int k = from; k < to; k++) {
                decode(rows, bags.ids()[k] * stride, n, scratch, 0);
                float weight = bags.weights() == null ? 1 : bags.weights()[k];
                for (int i = 0; i < n; i++) {
                    sums[i] += weight * get(scratch, i);
                }
            }
            float factor = bags.mean() && to > from ? 1f / (to - from) : 1;
            for (int i = 0; i < n; i++) {
                out.set(ValueLayout.JAVA_FLOAT_UNALIGNED, (outAt + i) * 4, sums[i] * factor);
            }
        }

        private static float get(MemorySegment from, long index) {
            return from.get(ValueLayout.JAVA_FLOAT_UNALIGNED, index * 4);
        }
    }
}
