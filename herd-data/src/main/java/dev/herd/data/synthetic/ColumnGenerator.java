package dev.herd.data.synthetic;

import dev.herd.numerics.CounterRandom;
import java.util.Arrays;

/// Draws the values of one column. What a row holds is a function of the seed, the column, the rows before
/// it in its session and the row's number.
final class ColumnGenerator {
    private static final int DRAW = 0;
    private static final int CHANGE = 1;
    private static final int LENGTH = 2;
    private static final int WEIGHT = 3;

    private final Column column;
    private final Zipf popularity;
    private final long seed;
    private final long changes;

    /// @param changes seed of what columns of one group have in common: when they change, and their lengths
    ColumnGenerator(Column column, Traffic traffic, long seed, long changes) {
        this.column = column;
        this.popularity = Zipf.of(Math.max(1, column.ids()), traffic.popularity());
        this.seed = seed;
        this.changes = changes;
    }

    ColumnValues generate(Sessions sessions) {
        return switch (column.kind()) {
            case USER -> single(sessions.user().clone());
            case ITEM, CATEGORY -> single(ranks(sessions));
            case TAGS, REDRAWN -> lists(sessions);
            case HISTORY -> history(sessions);
            case SLIDING -> sliding(sessions);
            case DENSE -> dense(sessions);
        };
    }

    /// Whether a row that does not open its session is as the row before it.
    private boolean repeats(long number) {
        return CounterRandom.uniform(changes, CHANGE, number) < column.unchanged();
    }

    /// Whether a row's value is that of the row above it in the block.
    private boolean repeatsAbove(Sessions sessions, int row) {
        long number = sessions.number()[row];
        return !sessions.first()[row] && row > 0 && sessions.number()[row - 1] == number - 1 && repeats(number);
    }

    /// The latest row of the session, up to this one, whose value was drawn.
    private long drawn(Sessions sessions, int row) {
        long number = sessions.number()[row];
        while (number > sessions.session()[row] && repeats(number)) {
            number--;
        }
        return number;
    }

    private long[] ranks(Sessions sessions) {
        long[] ranks = new long[sessions.size()];
        for (int row = 0; row < ranks.length; row++) {
            ranks[row] = repeatsAbove(sessions, row)
                    ? ranks[row - 1]
                    : popularity.rank(CounterRandom.bits(seed, DRAW, drawn(sessions, row)));
        }
        return ranks;
    }

    private static ColumnValues single(long[] ranks) {
        return new ColumnValues(oneEach(ranks.length), ranks, ones(ranks.length));
    }

    private ColumnValues dense(Sessions sessions) {
        float[] values = new float[sessions.size()];
        for (int row = 0; row < values.length; row++) {
            values[row] = repeatsAbove(sessions, row)
                    ? values[row - 1]
                    : (float) CounterRandom.gaussian(seed, DRAW, drawn(sessions, row));
        }
        return new ColumnValues(oneEach(values.length), new long[0], values);
    }

    private ColumnValues lists(Sessions sessions) {
        Growing growing = new Growing(sessions.size());
        for (int row = 0; row < sessions.size(); row++) {
            if (repeatsAbove(sessions, row)) {
                growing.repeat(row, 0);
            } else {
                long number = drawn(sessions, row);
                long length = length(number);
                for (int i = 0; i < length; i++) {
                    growing.add(draw(number, i), weight(number, i));
                }
            }
            growing.close(row);
        }
        return growing.values();
    }

    private long length(long number) {
        long choices = column.maxLength() - column.minLength() + 1L;
        return column.minLength() + CounterRandom.below(changes, LENGTH, number, choices);
    }

    /// A session opens with a number of items between 1 and the longest; a change appends one and, when
    /// the history is full, drops the oldest.
    private ColumnValues history(Sessions sessions) {
        Growing growing = new Growing(sessions.size());
        for (int row = 0; row < sessions.size(); row++) {
            long first = sessions.session()[row];
            long number = sessions.number()[row];
            if (row > 0 && first == sessions.session()[row - 1] && sessions.number()[row - 1] == number - 1) {
                boolean repeats = repeats(number);
                boolean full = growing.length(row - 1) == column.maxLength();
                growing.repeat(row, full && !repeats ? 1 : 0);
                if (!repeats) {
                    growing.add(draw(number, 0), 1);
                }
            } else {
                growing.addLatest(seen(first, number), column.maxLength());
            }
            growing.close(row);
        }
        return growing.values();
    }

    /// All items of a session up to a row, the oldest first.
    private long[] seen(long first, long number) {
        int opening = (int) (1 + CounterRandom.below(seed, LENGTH, first, column.maxLength()));
        long[] items = new long[Math.toIntExact(opening + number - first)];
        int size = 0;
        while (size < opening) {
            items[size] = draw(first, size);
            size++;
        }
        for (long row = first + 1; row <= number; row++) {
            if (!repeats(row)) {
                items[size++] = draw(row, 0);
            }
        }
        return Arrays.copyOf(items, size);
    }

    /// A session has an endless list of ids and shows as many of them as its length; a change moves on by
    /// one.
    private ColumnValues sliding(Sessions sessions) {
        Growing growing = new Growing(sessions.size());
        for (int row = 0; row < sessions.size(); row++) {
            long first = sessions.session()[row];
            int moved = 0;
            for (long number = first + 1; number <= sessions.number()[row]; number++) {
                moved += repeats(number) ? 0 : 1;
            }
            long length = length(first);
            for (int i = 0; i < length; i++) {
                growing.add(draw(first, moved + i), 1);
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

        void addLatest(long[] ids, int most) {
            for (int i = Math.max(0, ids.length - most); i < ids.length; i++) {
                add(ids[i], 1);
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
