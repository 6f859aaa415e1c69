package dev.herd.data.synthetic;

import java.util.List;
import java.util.stream.Stream;

/// How the rows of the log are cut into splits, splits into spans of rows among which sessions are mixed,
/// and spans into blocks that are made independently of each other.
///
/// Rows are in order of time, so the splits are too: train, then validation, then test. A session lies
/// within one span. Unless sessions are mixed widely, a span is one block.
final class Blocks {
    /// Most rows of a block.
    static final int ROWS = 8192;

    private static final int LEAST_ROWS = 256;
    private static final double IDS = 1 << 20;

    private final List<Split> splits;

    private Blocks(List<Split> splits) {
        this.splits = splits;
    }

    /// Rows `[from, to)` of the log, of which block number `firstBlock` is the first.
    ///
    /// @param span rows of every span, except the last of a split
    /// @param block rows of every block, except the last of a span
    private record Split(String name, long from, long to, long firstBlock, long span, int block) {
        long rows() {
            return to - from;
        }

        long blocksOfSpan() {
            return (span + block - 1) / block;
        }

        long endBlock() {
            long last = rows() % span;
            return firstBlock + rows() / span * blocksOfSpan() + (last + block - 1) / block;
        }
    }

    /// Consecutive rows.
    ///
    /// @param start number of the first row in the log
    /// @param spanStart number of the span's first row
    /// @param spanRows rows of the span
    record Block(String split, long start, int size, long spanStart, int spanRows) {}

    static Blocks of(SyntheticLog.Config config) {
        long rows = config.rows();
        long test = Math.round(rows * config.test());
        long validation = Math.min(rows - test, Math.round(rows * config.validation()));
        Split first = split("train", 0, rows - test - validation, 0, config);
        Split second = split("validation", first.to, rows - test, first.endBlock(), config);
        Split third = split("test", second.to, rows, second.endBlock(), config);
        return new Blocks(Stream.of(first, second, third)
                .filter(split -> split.rows() > 0)
                .toList());
    }

    private static Split split(String name, long from, long to, long firstBlock, SyntheticLog.Config config) {
        Traffic traffic = config.traffic();
        if (traffic.sessionsAtOnce() == 0 || from == to) {
            return new Split(name, from, to, firstBlock, ROWS, ROWS);
        }
        // spans of nearly equal length, so that the last does not mix fewer sessions than the others
        long spans = Math.max(1, Math.round((double) (to - from) / traffic.rowsAtOnce()));
        double ids = Column.of(traffic, config.features()).stream()
                .mapToDouble(column -> 0.5 * (column.minLength() + column.maxLength()))
                .sum();
        int block = (int) Math.clamp(IDS / ids, LEAST_ROWS, ROWS);
        return new Split(name, from, to, firstBlock, (to - from + spans - 1) / spans, block);
    }

    long count() {
        return splits.getLast().endBlock();
    }

    Block block(long number) {
        for (Split split : splits) {
            if (number < split.endBlock()) {
                long of = number - split.firstBlock;
                long spanStart = split.from + of / split.blocksOfSpan() * split.span;
                int spanRows = (int) Math.min(split.span, split.to - spanStart);
                long start = spanStart + of % split.blocksOfSpan() * split.block;
                int size = (int) Math.min(split.block, spanStart + spanRows - start);
                return new Block(split.name, start, size, spanStart, spanRows);
            }
        }
        throw new IndexOutOfBoundsException("block " + number + " of " + count());
    }
}
