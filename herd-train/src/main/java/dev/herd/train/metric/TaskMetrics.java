package dev.herd.train.metric;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All metrics of one task.
final class TaskMetrics {
    private final RankingArea auc;
    private final @Nullable GroupedAuc gauc;
    private final LogLoss logLoss = new LogLoss();
    private final Calibration calibration = new Calibration();

    TaskMetrics(AucKind kind, Grouping grouping) {
        this.auc = kind.create();
        this.gauc = grouping == Grouping.BY_GROUP ? new GroupedAuc() : null;
    }

    /// Adds one row; `group` is not looked at unless the metrics are grouped.
    void add(float logit, float label, long group) {
        logLoss.add(logit, label); // first, because it is the strictest: a refused row must not be half added
        auc.add(logit, label);
        calibration.add(logit, label);
        if (gauc != null) {
            gauc.add(group, logit, label);
        }
    }

    /// Both must have been created alike.
    void merge(TaskMetrics other) {
        switch (auc) {
            case Auc exact -> exact.merge((Auc) other.auc);
            case StreamingAuc streaming -> streaming.merge((StreamingAuc) other.auc);
        }
        if (gauc != null && other.gauc != null) {
            gauc.merge(other.gauc);
        }
        logLoss.merge(other.logLoss);
        calibration.merge(other.calibration);
    }

    Calibration calibration() {
        return calibration;
    }

    long count() {
        return logLoss.count();
    }

    void report(String prefix, Map<String, Double> values) {
        values.put(prefix + "auc", auc.value());
        if (auc instanceof StreamingAuc streaming) {
            values.put(prefix + "auc_bound", streaming.errorBound());
        }
        if (gauc != null) {
            values.put(prefix + "gauc", gauc.value());
        }
        values.put(prefix + "logloss", logLoss.value());
        values.put(prefix + "ne", NormalizedEntropy.of(logLoss));
        values.put(prefix + "calibration", calibration.value());
    }
}
