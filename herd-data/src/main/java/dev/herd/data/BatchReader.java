package dev.herd.data;

import java.util.Optional;

/// A stream of batches. The order of rows depends on the dataset, the seed and the epoch alone, never on
/// threads.
///
/// **Owner**: whoever opened it closes it; it is used by one thread at a time.
public interface BatchReader extends AutoCloseable {
    /// The next batch, or empty at the end of the split.
    Optional<Batch> next();

    /// Rows handed out so far in this epoch; a reader opened at this position goes on with the same rows.
    long position();

    /// What the reader has done so far, as far as it counts it.
    default ReadFigures figures() {
        return ReadFigures.NONE;
    }

    @Override
    void close();
}
