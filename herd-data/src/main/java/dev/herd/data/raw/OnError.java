package dev.herd.data.raw;

/// What happens to a row that cannot be read or transformed. Rows left out are always counted.
public enum OnError {
    /// stop at the first one
    FAIL,
    /// leave it out
    SKIP,
    /// leave it out and print where and why
    REPORT
}
