package dev.herd.data;

/// Rows to train or evaluate on: features, labels and what metrics group by.
///
/// **Shapes**: `labels[B*K]` row-major; `sessions[B]` and `timestamps[B]`, or empty arrays when the schema has none.
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

    /// B, the number of rows.
    public int size() {
        return features.size();
    }
}
