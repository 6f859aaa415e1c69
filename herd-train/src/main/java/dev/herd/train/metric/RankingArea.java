package dev.herd.train.metric;

/// The two ways to an AUC, for who collects one or the other.
sealed interface RankingArea permits Auc, StreamingAuc {
    void add(float score, float label);

    double value();
}
