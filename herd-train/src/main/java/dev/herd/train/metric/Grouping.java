package dev.herd.train.metric;

/// Whether a [MetricSet] computes AUC within groups too.
public enum Grouping {
    /// every row names its user or session, see [GroupedAuc]
    BY_GROUP,
    /// rows name no group
    NONE
}
