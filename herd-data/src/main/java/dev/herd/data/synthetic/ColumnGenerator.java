package dev.herd.data.synthetic;

import dev.herd.numerics.CounterRandom;
import java.util.Arrays;

/// Draws the values of one column. What a row holds is a function of the seed, the column, the rows before it in its
/// session and the row's number.
final class ColumnGenerator {
    private static final int DRAW = 0;
    private static final int CHANGE = 1;
    private static final int LENGTH = 2;
    private static final int WEIGHT = 3;

    private final Column column;
    private final Zipf popularity;
    private final double unchanged;
    private final long seed;

    ColumnGenerator(Column column, Traffic traffic, long seed) {
        this.column = column;
        this.popularity = Zipf.of(Math.max(1, column.ids()), traffic.popularity());
        this.unchanged = traffic.unchanged();
        this.seed = seed;
    }

    /// @param start number of the first row
    ColumnValues generate(Sessions sessions, long start) {
        return switch (column.kind()) {
            case USER -> single(sessions.user().clone());
            case ITEM, CATEGORY -> single(ranks(sessions, start));
            case TAGS -> tags(sessions, start);
            case HISTORY -> history(sessions, start);
            case DENSE -> dense(sessions, start);
        };
    }

    private boolean repeats(Sessions sessions, int row, long start) {
        return !sessions.first()[row]
                && column.kind() != Column.Kind.ITEM
                && CounterRandom.uniform(seed, CHANGE, start + row) < unchanged;
    }

    private long[] ranks(Sessions sessions, long start) {
        long[] ranks = new long[sessions.size()];
        for (int row = 0; row < ranks.length; row++) {
            ranks[row] = repeats(sessions, row, start)
                    ? ranks[row - 1]
                    : popularity.rank(CounterRandom.bits(seed, DRAW, start + row));
        }
        return ranks;
    }

    private static ColumnValues single(long[] ranks) {
        return new ColumnValues(oneEach(ranks.length), ranks, ones(ranks.length));
    }

    private ColumnValues dense(Sessions sessions, long start) {
        float[] values = new float[sessions.size()];
        for (int row = 0; row < values.length; row++) {
            values[row] = repeats(sessions, row, start)
                    ? values[row - 1]
                    : (float) CounterRandom.gaussian(seed, DRAW, start + row);
        }
        return new ColumnValues(oneEach(values.length), new long[0], values);
    }

    private ColumnValues tags(Sessions sessions, long start) {
        Growing growing = new Growing(sessions.size());
        for (int row = 0; row < sessions.size(); row++) {
            if (repeats(sessions, row, start)) {
                growing.repeat(row, 0);
            } else {
                long choices = column.maxLength() - column.minLength() + 1L;
                long length = column.minLength() + CounterRandom.below(seed, LENGTH, start + row, choices);
                for (int i = 0; i < length; i++) {
                    growing.add(draw(start + row, i), weight(start + row, i));
                }
            }
            growing.close(row);
        }
        return growing.values();
    }

    /// A session opens with a number of items between 1 and the longest; a change appends one and, when the history
    /// is full, drops the oldest.
    private ColumnValues history(Sessions sessions, long start) {
        Growing growing = new Growing(sessions.size());
        for (int row = 0; row < sessions.size(); row++) {
            if (sessions.first()[row]) {
                long length = 1 + CounterRandom.below(seed, LENGTH, start + row, column.maxLength());
                for (int i = 0; i < length; i++) {
                    growing.add(draw(start + row, i), 1);
                }
            } else if (repeats(sessions, row, start)) {
                growing.repeat(row, 0);
            } else {
                growing.repeat(row, growing.length(row - 1) == column.maxLength() ? 1 : 0);
                growing.add(draw(start + row, 0), 1);
            }
            growing.close(row);
        }
        return growing.values();
    }

    private long draw(long row, int position) {
        return popularity.rank(CounterRandom.bits(CounterRandom.bits(seed, DRAW, row), DRAW, position));
    }

    /// Uniform in [0.5, 1.5) for weighted columns, else 1.
    private float weight(long row, int position) {
        return column.weighted()
                ? (float) (0.5 + CounterRandom.uniform(CounterRandom.bits(seed, WEIGHT, row), WEIGHT, position))
                : 1;
    }

    private static int[] oneEach(int rows) {
        int[] offsets = new int[rows + 1];
        Arrays.setAll(offsets, i -> i);
        return offsets;
    }

    private static float[] ones(int length) {
        float[] ones = new float[length];
        Arrays.fill(ones, 1);
        return ones;
    }

    /// Rows of several ids under construction.
    private static final class Growing {
        private final int[] offsets;
        private long[] ranks;
        private float[] weights;
        private int size;

        Growing(int rows) {
            offsets = new int[rows + 1];
            ranks = new long[rows];
            weights = new float[rows];
        }

        void add(long rank, float weight) {
            if (size == ranks.length) {
                ranks = Arrays.copyOf(ranks, Math.multiplyExact(size, 2));
                weights = Arrays.copyOf(weights, ranks.length);
            }
            ranks[size] = rank;
            weights[size++] = weight;
        }

        /// Copies the row before `row` without its oldest `dropped` entries.
        void repeat(int row, int dropped) {
            for (int i = offsets[row - 1] + dropped; i < offsets[row]; i++) {
                add(ranks[i], weights[i]);
            }
        }

        int length(int row) {
            return offsets[row + 1] - offsets[row];
        }

        void close(int row) {
            offsets[row + 1] = size;
        }

        ColumnValues values() {
            return new ColumnValues(offsets, Arrays.copyOf(ranks, size), Arrays.copyOf(weights, size));
        }
    }
}
