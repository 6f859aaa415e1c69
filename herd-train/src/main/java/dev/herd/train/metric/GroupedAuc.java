package dev.herd.train.metric;

import java.util.Arrays;

/// AUC within groups (users or sessions), averaged with the groups' numbers of rows as weights; usually called gAUC.
///
/// A group whose rows are all positive or all negative has no AUC and is left out of both the sum and the weights,
/// as in the FuxiCTR and BARS benchmarks: `gauc = sum(rows[g] * auc[g]) / sum(rows[g])` over groups with both classes.
///
/// All rows are kept, 8 bytes a row and up to 40 bytes a group.
///
/// **Errors**: pairs within a group are counted in integers, ties as one half; the mean is summed in double over
/// groups in the order of their ids, so that the value depends neither on the order of rows nor on how they were split
/// before [#merge]. NaN when no group has both classes.
///
/// **Throws** `IllegalArgumentException` for a NaN score or a label other than 0 and 1.
public final class GroupedAuc {
    private final GroupIndex groups = new GroupIndex();

    /// One row each: index of the group (31 bits), score in unsigned order (32 bits), label (1 bit).
    private long[] rows = new long[1024];

    private int size;

    public void add(long group, float score, float label) {
        boolean positive = Observation.positive(score, label, size);
        append(groups.indexOf(group), Integer.toUnsignedLong(Observation.orderedBits(score)) << 1 | (positive ? 1 : 0));
    }

    /// Takes over the rows of `other`, which stays as it is.
    public void merge(GroupedAuc other) {
        for (int i = 0; i < other.size; i++) {
            int group = (int) (other.rows[i] >>> 33);
            append(groups.indexOf(other.groups.idAt(group)), other.rows[i] & 0x1_FFFF_FFFFL);
        }
    }

    /// Rows added so far.
    public long count() {
        return size;
    }

    public double value() {
        Arrays.sort(rows, 0, size);
        double[] auc = new double[groups.size()];
        long[] weight = new long[groups.size()];
        for (int start = 0, end; start < size; start = end) {
            int group = (int) (rows[start] >>> 33);
            end = start;
            while (end < size && (int) (rows[end] >>> 33) == group) {
                end++;
            }
            auc[group] = aucOfSorted(start, end);
            weight[group] = Double.isNaN(auc[group]) ? 0 : end - start;
        }
        return weightedMean(auc, weight);
    }

    private double weightedMean(double[] auc, long[] weight) {
        double sum = 0;
        long weights = 0;
        for (int group : groups.inOrderOfIds()) {
            if (weight[group] > 0) {
                sum += weight[group] * auc[group];
                weights += weight[group];
            }
        }
        return weights == 0 ? Double.NaN : sum / weights;
    }

    /// AUC of the rows `[start, end)` of one group, sorted by score; NaN with one class alone.
    private double aucOfSorted(int start, int end) {
        long positives = 0;
        long negatives = 0;
        long doubledWins = 0;
        for (int from = start, to; from < end; from = to) {
            long score = rows[from] >>> 1;
            long tiedPositives = 0;
            to = from;
            while (to < end && rows[to] >>> 1 == score) {
                tiedPositives += rows[to] & 1;
                to++;
            }
            long tiedNegatives = to - from - tiedPositives;
            doubledWins += tiedPositives * (2 * negatives + tiedNegatives);
            positives += tiedPositives;
            negatives += tiedNegatives;
        }
        return positives == 0 || negatives == 0 ? Double.NaN : doubledWins * 0.5 / ((double) positives * negatives);
    }

    private void append(int group, long scoreAndLabel) {
        if (size == rows.length) {
            long roomy = Math.min(size + (size >> 1), Integer.MAX_VALUE - 8);
            if (roomy == size) {
                throw new IllegalStateException(
                        "grouped AUC holds at most " + size + " rows; evaluate fewer rows or leave gauc out");
            }
            rows = Arrays.copyOf(rows, (int) roomy);
        }
        rows[size++] = (long) group << 33 | scoreAndLabel;
    }
}
