package dev.herd.data.synthetic;

import java.util.List;
import java.util.stream.Stream;

/// How the rows of the log are cut into splits, and splits into blocks that are made independently of each other.
///
/// Rows are in order of time, so the splits are too: train, then validation, then test. A session lies within one
/// block.
final class Blocks {
    /// Rows of a block, except the last of a split; sessions are mixed in time within one.
    static final int ROWS = 8192;

    private final List<Split> splits;

    private Blocks(List<Split> splits) {
        this.splits = splits;
    }

    /// Rows `[from, to)` of the log, of which block number `firstBlock` is the first.
    private record Split(String name, long from, long to, long firstBlock) {
        long rows() {
            return to - from;
        }

        long endBlock() {
            return firstBlock + (rows() + ROWS - 1) / ROWS;
        }
    }

    /// Consecutive rows.
    ///
    /// @param start number of the first row in the log
    record Block(String split, long start, int size) {}

    static Blocks of(SyntheticLog.Config config) {
        long rows = config.rows();
        long test = Math.round(rows * config.test());
        long validation = Math.min(rows - test, Math.round(rows * config.validation()));
        Split first = new Split("train", 0, rows - test - validation, 0);
        Split second = new Split("validation", first.to, rows - test, first.endBlock());
        Split third = new Split("test", second.to, rows, second.endBlock());
        return new Blocks(Stream.of(first, second, third)
                .filter(split -> split.rows() > 0)
                .toList());
    }

    long count() {
        return splits.getLast().endBlock();
    }

    Block block(long number) {
        for (Split split : splits) {
            if (number < split.endBlock()) {
                long start = split.from + (number - split.firstBlock) * ROWS;
                return new Block(split.name, start, (int) Math.min(ROWS, split.to - start));
            }
        }
        throw new IndexOutOfBoundsException("block " + number + " of " + count());
    }
}
