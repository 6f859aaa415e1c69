package dev.herd.data.synthetic;

/// The sums behind the truth of one split. Blocks are added in their order, so that the figures do not depend on
/// threads.
final class TruthTally {
    private long rows;
    private long clicks;
    private double probabilities;
    private double entropies;
    private double losses;

    void add(LogBlock block) {
        double p = 0;
        double entropy = 0;
        double loss = 0;
        float[] labels = block.batch().labels();
        for (int row = 0; row < labels.length; row++) {
            double probability = block.clickProbabilities()[row];
            p += probability;
            entropy += entropy(probability);
            loss -= labels[row] == 1 ? Math.log(probability) : Math.log1p(-probability);
            clicks += (long) labels[row];
        }
        probabilities += p;
        entropies += entropy;
        losses += loss;
        rows += labels.length;
    }

    Truth.Split truth() {
        double expected = entropies / rows;
        double realized = losses / rows;
        double rate = (double) clicks / rows;
        return new Truth.Split(
                rows, rate, expected, realized, expected / entropy(probabilities / rows), realized / entropy(rate));
    }

    private static double entropy(double p) {
        return p <= 0 || p >= 1 ? 0 : -(p * Math.log(p) + (1 - p) * Math.log1p(-p));
    }
}
