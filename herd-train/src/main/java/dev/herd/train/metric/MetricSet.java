package dev.herd.train.metric;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// All metrics of K tasks, fed with batches of logits.
///
/// Values come in a fixed order, task by task: `auc`, `auc_bound` (streaming only), `gauc` (grouped only), `logloss`,
/// `ne`, `calibration`; with more than one task each name is led by the task's, as in `click/auc`.
///
/// ```java
/// MetricSet metrics = MetricSet.create(List.of("click"), AucKind.EXACT, Grouping.NONE);
/// metrics.add(logits, batch.labels(), batch.sessions());
/// double auc = metrics.values().get("auc");
/// ```
///
/// **Shapes**: logits and labels `[B*K]` row-major, groups `[B]`.
///
/// **Errors**: those of the metrics; a value that is not defined for the rows seen (AUC of one class) is NaN.
public final class MetricSet {
    private final List<String> tasks;
    private final AucKind kind;
    private final Grouping grouping;
    private final List<TaskMetrics> metrics;

    private MetricSet(List<String> tasks, AucKind kind, Grouping grouping) {
        this.tasks = List.copyOf(tasks);
        this.kind = kind;
        this.grouping = grouping;
        this.metrics =
                tasks.stream().map(task -> new TaskMetrics(kind, grouping)).toList();
    }

    /// @param tasks names of the K tasks, usually the schema's labels
    public static MetricSet create(List<String> tasks, AucKind kind, Grouping grouping) {
        if (tasks.isEmpty()) {
            throw new IllegalArgumentException("metrics need at least one task");
        }
        return new MetricSet(tasks, kind, grouping);
    }

    /// Adds B rows. Groups may be empty when the set is not grouped, and are not looked at then.
    ///
    /// **Throws** `IllegalArgumentException` when the lengths do not fit together, a logit is not finite or a label
    /// neither 0 nor 1.
    public void add(float[] logits, float[] labels, long[] groups) {
        int k = tasks.size();
        int rows = labels.length / k;
        if (logits.length != labels.length || rows * k != labels.length) {
            throw new IllegalArgumentException("logits and labels must both hold B*K floats for K=" + k + ", got "
                    + logits.length + " and " + labels.length);
        }
        boolean grouped = grouping == Grouping.BY_GROUP;
        if (grouped && groups.length != rows) {
            throw new IllegalArgumentException("grouped metrics need the group of each of the " + rows + " rows, got "
                    + groups.length + "; name a session column in the schema or leave gauc out");
        }
        for (int task = 0; task < k; task++) {
            addTask(task, logits, labels, grouped ? groups : new long[rows]);
        }
    }

    private void addTask(int task, float[] logits, float[] labels, long[] groups) {
        try {
            for (int row = 0; row < groups.length; row++) {
                int at = row * tasks.size() + task;
                metrics.get(task).add(logits[at], labels[at], groups[row]);
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("task '" + tasks.get(task) + "': " + e.getMessage(), e);
        }
    }

    /// Takes over the rows of `other`, which stays as it is.
    ///
    /// **Throws** `IllegalArgumentException` when `other` was created for other tasks or in another way.
    public void merge(MetricSet other) {
        if (!tasks.equals(other.tasks) || kind != other.kind || grouping != other.grouping) {
            throw new IllegalArgumentException("metrics of " + other + " do not merge into those of " + this);
        }
        for (int task = 0; task < tasks.size(); task++) {
            metrics.get(task).merge(other.metrics.get(task));
        }
    }

    /// Rows added so far.
    public long count() {
        return metrics.getFirst().count();
    }

    /// The values by name, in the fixed order.
    public Map<String, Double> values() {
        Map<String, Double> values = new LinkedHashMap<>();
        for (int task = 0; task < tasks.size(); task++) {
            metrics.get(task).report(tasks.size() == 1 ? "" : tasks.get(task) + "/", values);
        }
        return Collections.unmodifiableMap(values);
    }

    /// The calibration of one task, for its reliability plot.
    public Calibration calibration(String task) {
        int index = tasks.indexOf(task);
        if (index < 0) {
            throw new IllegalArgumentException("there is no task '" + task + "'; tasks are " + tasks);
        }
        return metrics.get(index).calibration();
    }

    @Override
    public String toString() {
        return "MetricSet[tasks=" + tasks + ", auc=" + kind + ", grouping=" + grouping + "]";
    }
}
