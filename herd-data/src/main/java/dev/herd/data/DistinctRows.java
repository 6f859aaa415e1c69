package dev.herd.data;

import dev.herd.numerics.CounterRandom;
import java.util.Arrays;

/// Which rows are the same: every row is given the number of the distinct row that it equals, in the order
/// in which each was first seen.
///
/// **Shapes**: B rows, U of them distinct; `numbers()[b]` lies in `[0, U)`, begins with 0, and each number
/// that is new is one more than the largest before; `firsts()[u]` is the first row that has the number u.
/// **Paper**: RecD (arXiv 2211.05239), the hash-and-compare conversion of a batch. A hash only finds
/// candidates: rows are merged after a comparison of what they hold, so that hashes which collide cost
/// time and nothing else.
public final class DistinctRows {
    private final int[] numbers;
    private final int[] firsts;

    private DistinctRows(int[] numbers, int[] firsts) {
        this.numbers = numbers;
        this.firsts = firsts;
    }

    /// Rows that can be told apart.
    public interface Rows {
        /// B.
        int count();

        /// Equal for rows that are the same; any bits will do, [DistinctRows] spreads them.
        long hash(int row);

        /// Whether two rows hold the same.
        boolean same(int row, int other);
    }

    /// Numbers the rows, reading each about once.
    ///
    /// A row is compared with the one before it first: within a session that is the one it equals most
    /// often, and it need not be hashed then.
    public static DistinctRows of(Rows rows) {
        int count = rows.count();
        int[] numbers = new int[count];
        int[] firsts = new int[count];
        long[] hashes = new long[count];
        int[] table = new int[Integer.highestOneBit(Math.max(count, 1)) << 2];
        int distinct = 0;
        for (int row = 0; row < count; row++) {
            if (row > 0 && rows.same(row - 1, row)) {
                numbers[row] = numbers[row - 1];
                continue;
            }
            long hash = CounterRandom.mix(rows.hash(row));
            int slot = (int) hash & table.length - 1;
            int number = table[slot] - 1;
            while (number >= 0 && !(hashes[number] == hash && rows.same(firsts[number], row))) {
                slot = slot + 1 & table.length - 1;
                number = table[slot] - 1;
            }
            if (number < 0) {
                number = distinct++;
                hashes[number] = hash;
                firsts[number] = row;
                table[slot] = distinct;
            }
            numbers[row] = number;
        }
        return new DistinctRows(numbers, Arrays.copyOf(firsts, distinct));
    }

    /// U, how many rows are distinct.
    public int distinct() {
        return firsts.length;
    }

    /// The number of every row; not to be written to.
    public int[] numbers() {
        return numbers;
    }

    /// The first row with every number; not to be written to.
    public int[] firsts() {
        return firsts;
    }
}
