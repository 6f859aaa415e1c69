package dev.herd.bench.numerics;

import dev.herd.numerics.format.BlockCodec;
import dev.herd.numerics.format.NumberFormat;
import dev.herd.numerics.format.PackedRows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The same numbers packed in a format, and the same work on them.
final class PackedSide implements AutoCloseable {
    /// Numbers that stay in a cache, in rows of [#ROW].
    static final int FEW = 32 << 10;

    private static final int ROW = 4096;

    private final Arena arena = Arena.ofShared();
    private final PlainSide plain;
    private final BlockCodec codec;
    private final BlockCodec definition;
    private final MemorySegment small;
    private final MemorySegment decoded;
    private final MemorySegment copied;
    private final PackedRows table;
    private final PackedRows matrix;
    private int batch;

    private PackedSide(NumberFormat format, PlainSide plain) {
        this.plain = plain;
        this.codec = BlockCodec.of(format).fitted(plain.values(), 0, FEW);
        this.definition = BlockCodec.scalar(format).withTensorScale(codec.tensorScale());
        this.small = arena.allocate(FEW / ROW * codec.rowBytes(ROW), 64);
        this.decoded = arena.allocate(plain.numbers() * 4, 64);
        this.copied = arena.allocate(plain.numbers() * 4, 64);
        this.table = pack(PlainSide.WIDTH);
        this.matrix = pack(PlainSide.COLUMNS);
    }

    private PackedRows pack(int width) {
        long rows = plain.numbers() / width;
        MemorySegment bytes = arena.allocate(rows * codec.rowBytes(width), 64);
        codec.encode(plain.values(), 0, (int) rows, width, BlockCodec.Axis.ROWS, bytes, 0, 0);
        return new PackedRows(codec, bytes, rows, width);
    }

    static PackedSide create(NumberFormat format, PlainSide plain) {
        return new PackedSide(format, plain);
    }

    void encodeFew() {
        codec.encode(plain.values(), 0, FEW / ROW, ROW, BlockCodec.Axis.ROWS, small, 0, 0);
    }

    void encodeFewByDefinition() {
        definition.encode(plain.values(), 0, FEW / ROW, ROW, BlockCodec.Axis.ROWS, small, 0, 0);
    }

    void decodeFew() {
        codec.decode(matrix.bytes(), 0, FEW / ROW, ROW, BlockCodec.Axis.ROWS, decoded, 0);
    }

    void decodeFewByDefinition() {
        definition.decode(matrix.bytes(), 0, FEW / ROW, ROW, BlockCodec.Axis.ROWS, decoded, 0);
    }

    /// Bytes that are read and written when so many numbers are packed, or unpacked.
    double bytesMoved(long numbers) {
        return numbers * (4.0 + matrix.rowBytes() / (double) matrix.width());
    }

    void encodeAll() {
        codec.encode(plain.values(), 0, plain.rows(), PlainSide.COLUMNS, BlockCodec.Axis.ROWS, matrix.bytes(), 0, 0);
    }

    void decodeAll() {
        codec.decode(matrix.bytes(), 0, plain.rows(), PlainSide.COLUMNS, BlockCodec.Axis.ROWS, decoded, 0);
    }

    /// Copies half of so many bytes, each byte being read and written.
    void copy(double moved) {
        MemorySegment.copy(plain.values(), 0, copied, 0, (long) (moved / 2) & -64L);
    }

    void pool() {
        batch = PlainSide.next(batch);
        int bags = PlainSide.bagsOfBatch();
        table.pool(plain.bags(), batch * bags, bags, plain.out(), 0, PlainSide.WIDTH);
    }

    void multiply() {
        matrix.multiply(0, plain.rows(), plain.vector(), 0, plain.out(), 0);
    }

    /// Proves that both sides of every case do the same work.
    ///
    /// **Throws** `IllegalStateException` naming the work whose results differ.
    void verify() {
        encodeFew();
        MemorySegment packed = arena.allocate(small.byteSize());
        packed.copyFrom(small);
        encodeFewByDefinition();
        require(packed.mismatch(small) < 0, "packing");
        decodeFew();
        MemorySegment values = arena.allocate(FEW * 4L);
        values.copyFrom(decoded.asSlice(0, FEW * 4L));
        decodeFewByDefinition();
        require(values.mismatch(decoded.asSlice(0, FEW * 4L)) < 0, "unpacking");
        MemorySegment expected = arena.allocate(plain.out().byteSize());
        codec.decode(table.bytes(), 0, (int) table.count(), PlainSide.WIDTH, BlockCodec.Axis.ROWS, decoded, 0);
        pool();
        plain.pool(decoded, batch, expected);
        require(close(plain.out(), expected, PlainSide.IDS), "pooling");
        decodeAll();
        multiply();
        plain.multiply(decoded, expected);
        require(close(plain.out(), expected, plain.rows()), "multiplying");
    }

    private static boolean close(MemorySegment a, MemorySegment b, int numbers) {
        for (int i = 0; i < numbers; i++) {
            float x = a.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            float y = b.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            if (!(Math.abs(x - y) <= 1e-4 * Math.max(1, Math.abs(y)))) {
                return false;
            }
        }
        return true;
    }

    private void require(boolean equal, String work) {
        if (!equal) {
            throw new IllegalStateException(work + " " + codec.format() + " gives other results on the two sides");
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
