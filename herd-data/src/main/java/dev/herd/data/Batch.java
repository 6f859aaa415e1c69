package dev.herd.data;

import java.util.Arrays;
import java.util.List;

/// Rows to train or evaluate on: features, labels and what metrics group by.
///
/// **Shapes**: `labels[B*K]` row-major; `sessions[B]` and `timestamps[B]`, or empty arrays when the schema
/// has none.
public record Batch(Features features, float[] labels, long[] sessions, long[] timestamps) {
    public Batch {
        int size = features.size();
        if (size > 0 && labels.length % size != 0) {
            throw new IllegalArgumentException(
                    "labels must hold B*K floats: " + labels.length + " is no multiple of B=" + size);
        }
        if (sessions.length != 0 && sessions.length != size || timestamps.length != 0 && timestamps.length != size) {
            throw new IllegalArgumentException("sessions and timestamps must be empty or hold B=" + size
                    + " entries, got " + sessions.length + " and " + timestamps.length);
        }
    }

    /// The rows `[from, to)`.
    public Batch slice(int from, int to) {
        int outputs = size() == 0 ? 0 : labels.length / size();
        return new Batch(
                features.slice(from, to),
                Arrays.copyOfRange(labels, from * outputs, to * outputs),
                sessions.length == 0 ? sessions : Arrays.copyOfRange(sessions, from, to),
                timestamps.length == 0 ? timestamps : Arrays.copyOfRange(timestamps, from, to));
    }

    /// The same rows, no feature of them in a group.
    public Batch withoutGroups() {
        return features.groups().isEmpty() ? this : new Batch(features.withoutGroups(), labels, sessions, timestamps);
    }

    /// The same rows, the features of each group held once per distinct row.
    public Batch grouped(List<List<String>> groups) {
        return new Batch(features.grouped(groups), labels, sessions, timestamps);
    }

    /// The same rows, the distinct ones of some features held as windows besides.
    public Batch withWindows(List<String> sliding) {
        return new Batch(features.withWindows(sliding), labels, sessions, timestamps);
    }

    /// The rows of all batches one after the other.
    public static Batch stack(List<Batch> batches) {
        return batches.size() == 1
                ? batches.getFirst()
                : new Batch(
                        Features.stack(batches.stream().map(Batch::features).toList()),
                        Features.joined(batches.stream().map(Batch::labels).toList()),
                        batches.stream()
                                .flatMapToLong(b -> Arrays.stream(b.sessions))
                                .toArray(),
                        batches.stream()
                                .flatMapToLong(b -> Arrays.stream(b.timestamps))
                                .toArray());
    }

    /// B, the number of rows.
    public int size() {
        return features.size();
    }
}
