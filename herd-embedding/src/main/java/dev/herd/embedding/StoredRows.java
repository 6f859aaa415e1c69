package dev.herd.embedding;

import dev.herd.numerics.ElementType;
import dev.herd.numerics.format.BlockCodec;
import dev.herd.numerics.format.NumberFormat;
import dev.herd.numerics.format.PackedRows;
import dev.herd.numerics.format.Rounding;
import dev.herd.numerics.kernel.Bags;
import dev.herd.numerics.kernel.Halves;
import dev.herd.numerics.kernel.Pooling;
import dev.herd.numerics.kernel.Rows;
import java.lang.foreign.MemorySegment;

/// The rows of a table as they lie in memory, one after the other.
sealed interface StoredRows {
    /// Rows that lie in a segment.
    static StoredRows of(RowFormat format, MemorySegment bytes, long count, int dim) {
        return format.packed().isPresent()
                ? Packed.of(format.packed().get(), bytes, count, dim)
                : new Plain(new Rows(bytes, format.type(), count, dim));
    }

    MemorySegment bytes();

    /// Bytes from one row to the next.
    long stride();

    /// As [Pooling#pool].
    void pool(Bags bags, int first, int count, MemorySegment out, long outAt, long outStride);

    /// Widens a row to the fp32 numbers from `at` on.
    void read(long row, MemorySegment to, long at);

    /// Rounds a row of fp32 numbers to the nearest.
    void write(long row, MemorySegment from, long at);

    /// Rounds a row of fp32 numbers up or down at random, so that on average nothing is lost.
    ///
    /// @param random 64 bits for this row and step
    void write(long row, MemorySegment from, long at, long random);

    /// Numbers one by one.
    record Plain(Rows rows) implements StoredRows {
        @Override
        public MemorySegment bytes() {
            return rows.values();
        }

        @Override
        public long stride() {
            return rows.stride();
        }

        @Override
        public void pool(Bags bags, int first, int count, MemorySegment out, long outAt, long outStride) {
            Pooling.pool(rows, bags, first, count, out, outAt, outStride);
        }

        @Override
        public void read(long row, MemorySegment to, long at) {
            if (rows.type() == ElementType.FP32) {
                MemorySegment.copy(rows.values(), row * stride(), to, at * Float.BYTES, stride());
            } else {
                Halves.decode(rows.type(), rows.values(), row * rows.dim(), to, at, rows.dim());
            }
        }

        @Override
        public void write(long row, MemorySegment from, long at) {
            if (rows.type() == ElementType.FP32) {
                MemorySegment.copy(from, at * Float.BYTES, rows.values(), row * stride(), stride());
            } else {
                Halves.encode(rows.type(), from, at, rows.values(), row * rows.dim(), rows.dim());
            }
        }

        @Override
        public void write(long row, MemorySegment from, long at, long random) {
            if (rows.type() == ElementType.FP32) {
                write(row, from, at);
            } else {
                Halves.encodeStochastic(rows.type(), from, at, rows.values(), row * rows.dim(), rows.dim(), random);
            }
        }
    }

    /// Blocks that share scales.
    ///
    /// @param nearest rounds to the nearest
    /// @param random the same bytes, written with stochastic rounding
    record Packed(PackedRows nearest, PackedRows random) implements StoredRows {
        static Packed of(NumberFormat format, MemorySegment bytes, long count, int dim) {
            BlockCodec stochastic = BlockCodec.of(format.withRounding(Rounding.STOCHASTIC));
            return new Packed(
                    new PackedRows(BlockCodec.of(format), bytes, count, dim),
                    new PackedRows(stochastic, bytes, count, dim));
        }

        @Override
        public MemorySegment bytes() {
            return nearest.bytes();
        }

        @Override
        public long stride() {
            return nearest.rowBytes();
        }

        @Override
        public void pool(Bags bags, int first, int count, MemorySegment out, long outAt, long outStride) {
            nearest.pool(bags, first, count, out, outAt, outStride);
        }

        @Override
        public void read(long row, MemorySegment to, long at) {
            nearest.get(row, to, at);
        }

        @Override
        public void write(long row, MemorySegment from, long at) {
            nearest.set(row, from, at, 0);
        }

        @Override
        public void write(long row, MemorySegment from, long at, long noise) {
            random.set(row, from, at, noise);
        }
    }
}
