package dev.herd.train.metric;

/// How a [MetricSet] computes AUC.
public enum AucKind {
    /// every score is kept, 4 bytes a row, see [Auc]
    EXACT,
    /// 16 MiB whatever the number of rows, with a reported error bound, see [StreamingAuc]
    STREAMING;

    RankingArea create() {
        return switch (this) {
            case EXACT -> new Auc();
            case STREAMING -> StreamingAuc.create();
        };
    }
}
