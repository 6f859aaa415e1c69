package dev.herd.numerics.format;

import dev.herd.numerics.kernel.Bags;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/// A matrix or table `[count, width]` whose rows are packed one after the other, and arithmetic that reads
/// it as it lies.
///
/// **Owner**: whoever allocated the bytes.
public record PackedRows(BlockCodec codec, MemorySegment bytes, long count, int width) {
    public PackedRows {
        if (width <= 0 || count < 0) {
            throw new IllegalArgumentException("rows need a positive width, got [" + count + ", " + width + "]");
        }
        long needed = Math.multiplyExact(count, codec.rowBytes(width));
        if (bytes.byteSize() < needed) {
            throw new IllegalArgumentException("[" + count + ", " + width + "] of " + codec.format() + " needs "
                    + needed + " bytes, the segment has " + bytes.byteSize());
        }
    }

    /// Packs fp32 rows from float `at` on, the tensor scale, where the format has one, fitted to them.
    public static PackedRows pack(
            NumberFormat format, MemorySegment values, long at, long count, int width, Arena arena) {
        BlockCodec codec = BlockCodec.of(format).fitted(values, at, count * width);
        MemorySegment bytes = arena.allocate(Math.max(1, Math.multiplyExact(count, codec.rowBytes(width))), 64);
        PackedRows rows = new PackedRows(codec, bytes, count, width);
        for (long r = 0; r < count; r++) {
            rows.set(r, values, at + r * width, r);
        }
        return rows;
    }

    /// Bytes from one row to the next.
    public long rowBytes() {
        return codec.rowBytes(width);
    }

    /// Packs a row from float `at` on.
    ///
    /// @param random for formats that round at random, see [BlockCodec#encode]
    public void set(long row, MemorySegment values, long at, long random) {
        codec.encode(values, at, width, bytes, Objects.checkIndex(row, count) * rowBytes(), random);
    }

    /// Unpacks a row to the floats from `at` on.
    public void get(long row, MemorySegment values, long at) {
        codec.decode(bytes, Objects.checkIndex(row, count) * rowBytes(), width, values, at);
    }

    /// `out[r] = row r . x` for `rows` rows from `first` on.
    ///
    /// **Errors**: numbers are unpacked exactly; 16 interleaved fp32 sums of fused multiply-adds, folded by
    /// halves. The same bits on every machine and for any grouping of rows.
    ///
    /// **Throws** `IndexOutOfBoundsException` when a segment or the table is too short.
    public void multiply(long first, int rows, MemorySegment x, long xAt, MemorySegment out, long outAt) {
        Objects.checkFromIndexSize(first, rows, count);
        Objects.checkFromIndexSize(xAt, width, x.byteSize() / Float.BYTES);
        Objects.checkFromIndexSize(outAt, rows, out.byteSize() / Float.BYTES);
        long stride = rowBytes();
        try (Arena arena = Arena.ofConfined()) {
            codec.dots(bytes, first * stride, stride, rows, width, x, xAt, out, outAt, scratch(arena));
        }
    }

    /// Pools bags as [dev.herd.numerics.kernel.Pooling#pool] does for plain tables: `out[outAt + k *
    /// outStride ..+width)` becomes the sum over the ids of bag `first + k`, in their order, of `weight *
    /// row`, times `1/length` for the mean.
    ///
    /// **Errors**: fp32 sums in the order of the ids.
    ///
    /// **Throws** `IndexOutOfBoundsException` for an id outside the table or bags outside `offsets`.
    public void pool(Bags bags, int first, int bagCount, MemorySegment out, long outAt, long outStride) {
        if (bagCount == 0) {
            return;
        }
        Objects.checkFromIndexSize(first, bagCount + 1, bags.offsets().length);
        long end = outAt + (bagCount - 1) * outStride + width;
        if (outAt < 0 || outStride < width || end * Float.BYTES > out.byteSize()) {
            throw new IndexOutOfBoundsException("pooled rows would end at float " + end + " of "
                    + out.byteSize() / Float.BYTES + " (offset " + outAt + ", stride " + outStride + ")");
        }
        long stride = rowBytes();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment scratch = scratch(arena);
            int touched = 0;
            for (int k = 0; k < bagCount; k++) {
                int from = bags.offsets()[first + k];
                int to = bags.offsets()[first + k + 1];
                checkIds(bags.ids(), from, to);
                touched += touch(bytes, bags.ids(), from, to, stride);
                codec.pool(bytes, stride, width, bags, first + k, out, outAt + k * outStride, scratch);
            }
            scratch.set(ValueLayout.JAVA_BYTE, 0, (byte) touched);
        }
    }

    private void checkIds(long[] ids, int from, int to) {
        long outside = 0;
        for (int i = from; i < to; i++) {
            outside |= ids[i] | count - 1 - ids[i];
        }
        for (int i = from; i < to && outside < 0; i++) {
            Objects.checkIndex(ids[i], count);
        }
    }

    /// Reads a byte of every cache line of a bag's rows, so that all of them are on their way at once. The
    /// fewer instructions a row takes, the more rows are.
    private static int touch(MemorySegment bytes, long[] ids, int from, int to, long stride) {
        int sum = 0;
        for (int i = from; i < to; i++) {
            long row = ids[i] * stride;
            sum += bytes.get(ValueLayout.JAVA_BYTE, row) + bytes.get(ValueLayout.JAVA_BYTE, row + stride - 1);
        }
        for (long line = 64; line < stride - 1; line += 64) {
            for (int i = from; i < to; i++) {
                sum += bytes.get(ValueLayout.JAVA_BYTE, ids[i] * stride + line);
            }
        }
        return sum;
    }

    private MemorySegment scratch(Arena arena) {
        return arena.allocate(Math.max(256, width) * 4L, 64);
    }
}
