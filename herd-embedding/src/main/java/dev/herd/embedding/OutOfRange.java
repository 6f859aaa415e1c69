package dev.herd.embedding;

/// What a lookup does with an id outside `[0, numEmbeddings)`, negative ids included.
public enum OutOfRange {
    /// refuse the batch with an error that names table, feature, row of the batch and id
    FAIL,
    /// read and train the table's last row in its place: keep that row for ids out of the vocabulary
    LAST_ROW,
    /// leave the id out of its bag, as if it were not there; a mean divides by the ids that remain
    IGNORE
}
