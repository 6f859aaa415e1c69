package dev.herd.train.metric;

import java.util.Arrays;

/// The area under the ROC curve, exact: the share of (positive, negative) pairs in which the positive row has the
/// higher score, a tie counting one half.
///
/// Scores may be logits or probabilities; only their order counts. All of them are kept, 4 bytes a row; for more rows
/// than memory holds there is [StreamingAuc].
///
/// **Errors**: none but the last rounding to double: pairs are counted in integers, so the value does not depend on
/// the order of rows or on how they were split before [#merge]. `-0` ties with `+0`. Infinite scores are in order.
/// Not defined with one class alone: NaN.
///
/// **Throws** `IllegalArgumentException` for a NaN score or a label other than 0 and 1.
public final class Auc implements RankingArea {
    private final Scores positives = new Scores();
    private final Scores negatives = new Scores();

    @Override
    public void add(float score, float label) {
        boolean positive = Observation.positive(score, label, count());
        (positive ? positives : negatives).add(score + 0f); // + 0 turns -0 into 0
    }

    /// Takes over the rows of `other`, which stays as it is.
    public void merge(Auc other) {
        positives.addAll(other.positives);
        negatives.addAll(other.negatives);
    }

    /// Rows added so far.
    public long count() {
        return (long) positives.size + negatives.size;
    }

    @Override
    public double value() {
        long p = positives.size;
        long n = negatives.size;
        return p == 0 || n == 0 ? Double.NaN : doubledWins() * 0.5 / ((double) p * n);
    }

    /// Twice the number of pairs won, ties counting once; at most 2 * 2^31 * 2^31, which `long` just holds because an
    /// array is shorter than 2^31.
    private long doubledWins() {
        float[] up = positives.sorted();
        float[] down = negatives.sorted();
        long wins = 0;
        int below = 0;
        int notAbove = 0;
        for (int i = 0; i < positives.size; i++) {
            while (below < negatives.size && down[below] < up[i]) {
                below++;
            }
            notAbove = Math.max(notAbove, below);
            while (notAbove < negatives.size && down[notAbove] == up[i]) {
                notAbove++;
            }
            wins += below + (long) notAbove;
        }
        return wins;
    }

    /// The scores of one class, in a growing array.
    private static final class Scores {
        private static final int LARGEST = Integer.MAX_VALUE - 8;

        private float[] values = new float[1024];
        private int size;
        private int sorted;

        void add(float score) {
            reserve(1);
            values[size++] = score;
        }

        void addAll(Scores other) {
            reserve(other.size);
            System.arraycopy(other.values, 0, values, size, other.size);
            size += other.size;
        }

        float[] sorted() {
            if (sorted < size) {
                Arrays.sort(values, 0, size);
                sorted = size;
            }
            return values;
        }

        private void reserve(int more) {
            long needed = (long) size + more;
            if (needed > LARGEST) {
                throw new IllegalStateException("exact AUC holds at most " + LARGEST
                        + " rows of one class; evaluate fewer rows or use the streaming AUC");
            }
            if (needed > values.length) {
                long roomy = Math.max(needed, values.length + (values.length >> 1));
                values = Arrays.copyOf(values, (int) Math.min(roomy, LARGEST));
            }
        }
    }
}
