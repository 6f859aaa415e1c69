package dev.herd.train.metric;

/// The area under the ROC curve in constant memory, with a bound on its error that is read off the data.
///
/// A score falls into the bucket named by the leading bits of its float representation, put into the order of the
/// scores: the sign, the eight bits of the exponent and `bits - 9` bits of the fraction. Buckets are thus
/// `2^(9 - bits)` wide relative to the score, cover every float, and need no range to be chosen.
///
/// **Errors**: pairs from two buckets are ordered exactly; a pair within one bucket counts one half, so it is wrong by
/// at most one half. With p and n rows of each class in bucket i and P and N in all,
/// `|value - exact| <= sum(p[i] * n[i]) / (2 P N)`, which [#errorBound] returns. Counts are integers: the value
/// depends neither on the order of rows nor on how they were split before [#merge]. With one class alone: NaN.
///
/// **Throws** `IllegalArgumentException` for a NaN score or a label other than 0 and 1.
public final class StreamingAuc implements RankingArea {
    /// 2^20 buckets: 16 MiB, buckets 1/2048 of the score wide.
    public static final int DEFAULT_BITS = 20;

    private final int bits;
    private final long[] positives;
    private final long[] negatives;
    private long rows;

    private StreamingAuc(int bits) {
        this.bits = bits;
        this.positives = new long[1 << bits];
        this.negatives = new long[1 << bits];
    }

    public static StreamingAuc create() {
        return create(DEFAULT_BITS);
    }

    /// @param bits log2 of the number of buckets, 9 to 24; each bucket takes 16 bytes
    public static StreamingAuc create(int bits) {
        if (bits < 9 || bits > 24) {
            throw new IllegalArgumentException("streaming AUC takes 9 to 24 bits of the score, got " + bits);
        }
        return new StreamingAuc(bits);
    }

    @Override
    public void add(float score, float label) {
        boolean positive = Observation.positive(score, label, rows);
        (positive ? positives : negatives)[Observation.orderedBits(score) >>> (32 - bits)]++;
        rows++;
    }

    /// Takes over the rows of `other`, which stays as it is.
    ///
    /// **Throws** `IllegalArgumentException` when the two have different numbers of buckets.
    public void merge(StreamingAuc other) {
        if (other.bits != bits) {
            throw new IllegalArgumentException("streaming AUCs of " + bits + " and " + other.bits
                    + " bits do not merge; create both with the same number");
        }
        for (int i = 0; i < positives.length; i++) {
            positives[i] += other.positives[i];
            negatives[i] += other.negatives[i];
        }
        rows += other.rows;
    }

    /// Rows added so far.
    public long count() {
        return rows;
    }

    @Override
    public double value() {
        Pairs pairs = pairs();
        return (pairs.won + 0.5 * pairs.undecided) / pairs.all;
    }

    /// How far [#value] can lie from the exact AUC of the same rows.
    public double errorBound() {
        Pairs pairs = pairs();
        return 0.5 * pairs.undecided / pairs.all;
    }

    /// Numbers of pairs; doubles because their products pass 2^63 for some ten billion rows.
    private record Pairs(double won, double undecided, double all) {}

    private Pairs pairs() {
        double won = 0;
        double undecided = 0;
        long below = 0;
        long p = 0;
        for (int i = 0; i < positives.length; i++) {
            won += (double) positives[i] * below;
            undecided += (double) positives[i] * negatives[i];
            below += negatives[i];
            p += positives[i];
        }
        return new Pairs(won, undecided, (double) p * below);
    }
}
