package dev.herd.data.transform;

/// What a missing cell of an id feature becomes.
public enum MissingId {
    /// an id of its own: the empty text is looked up or hashed like any other; bucket 0 of quantiles
    OWN_VALUE,
    /// the id 0
    ZERO,
    /// no id at all, for features with several ids
    NO_ID,
    /// an error of the row
    FAIL
}
