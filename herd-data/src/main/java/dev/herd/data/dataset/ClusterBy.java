package dev.herd.data.dataset;

/// What lies together in a dataset's parts.
public enum ClusterBy {
    /// rows lie as they came, usually by time
    NONE,
    /// the rows of a session lie together, by time
    SESSION
}
