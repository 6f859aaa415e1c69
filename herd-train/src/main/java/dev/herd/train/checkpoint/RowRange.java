package dev.herd.train.checkpoint;

/// Rows `[start, end)` of one array, as they lie in one chunk.
record RowRange(StoredArray array, long start, long end) {
    long bytes() {
        return (end - start) * array.rowBytes();
    }

    /// The tensor's name inside its chunk.
    String key() {
        return key(array.name(), start, end);
    }

    static String key(String name, long start, long end) {
        return name + "[" + start + ":" + end + "]";
    }
}
