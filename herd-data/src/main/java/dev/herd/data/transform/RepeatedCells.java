package dev.herd.data.transform;

import dev.herd.data.DistinctRows;
import dev.herd.data.raw.RawBlock;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Which cells of one feature in a block hold the same bytes as another one above them: these are
/// transformed once, and their ids copied to wherever the cell repeats.
///
/// **Paper**: RecD (arXiv 2211.05239), row-local transforms run on unique rows only.
final class RepeatedCells {
    private final int[] numbers;
    private final int[] keptRows;
    private int copied;

    private RepeatedCells(int[] numbers, int distinct) {
        this.numbers = numbers;
        keptRows = new int[distinct];
        Arrays.fill(keptRows, -1);
    }

    /// Null for a feature of one value a cell, whose transform costs no more than finding out that it
    /// repeats.
    ///
    /// @param rows of the block, in the order in which they will be encoded
    static @Nullable RepeatedCells of(SparseEncoder feature, RawBlock block, int[] rows) {
        if (feature.isSingle()) {
            return null;
        }
        DistinctRows distinct = DistinctRows.of(new Cells(block, rows, feature.column(), feature.weightsColumn()));
        return new RepeatedCells(distinct.numbers(), distinct.distinct());
    }

    /// The row of the buffer that holds the ids of an equal cell, or -1 when there is none yet.
    int keptRow(int index) {
        int row = keptRows[numbers[index]];
        copied += row >= 0 ? 1 : 0;
        return row;
    }

    /// Says where the ids of a cell came to lie.
    void keep(int index, int bufferRow) {
        if (keptRows[numbers[index]] < 0) {
            keptRows[numbers[index]] = bufferRow;
        }
    }

    /// How many cells were spared the transform.
    int copied() {
        return copied;
    }

    /// The bytes of a feature's cells, those of its weights included.
    ///
    /// @param weights -1 without
    private record Cells(RawBlock block, int[] rows, int column, int weights) implements DistinctRows.Rows {
        @Override
        public int count() {
            return rows.length;
        }

        @Override
        public long hash(int row) {
            long hash = hash(rows[row], column, 0);
            return weights < 0 ? hash : hash(rows[row], weights, hash);
        }

        private long hash(int row, int at, long seed) {
            return block.isMissing(row, at)
                    ? seed
                    : TextHash.hash(block.bytes(), block.start(row, at), block.end(row, at), seed);
        }

        @Override
        public boolean same(int row, int other) {
            return same(rows[row], rows[other], column) && (weights < 0 || same(rows[row], rows[other], weights));
        }

        private boolean same(int row, int other, int at) {
            if (block.isMissing(row, at) || block.isMissing(other, at)) {
                return block.isMissing(row, at) && block.isMissing(other, at);
            }
            byte[] bytes = block.bytes();
            int start = block.start(row, at);
            int end = block.end(row, at);
            int otherStart = block.start(other, at);
            int otherEnd = block.end(other, at);
            boolean shared = start == otherStart && end == otherEnd;
            return shared || Arrays.equals(bytes, start, end, bytes, otherStart, otherEnd);
        }
    }
}
