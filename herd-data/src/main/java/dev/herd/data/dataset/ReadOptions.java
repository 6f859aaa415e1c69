package dev.herd.data.dataset;

import dev.herd.data.dedup.DedupGroups;

/// How to read a split.
///
/// @param batchSize B, rows of every batch except perhaps the last
/// @param shuffle whether rows come in an order drawn from (seed, epoch), or in the order they were written
/// @param seed of the order
/// @param epoch counts passes over the split from 0; every epoch has its own order
/// @param threads that decode and assemble batches ahead of the caller; they change the speed, never the
///     rows
/// @param startRow rows of this epoch to skip, a multiple of nothing in particular: `BatchReader.position`
///     of a saved run
/// @param dropLast whether to leave out a last batch of fewer than B rows
/// @param groups features whose equal rows each batch holds once
public record ReadOptions(
        int batchSize,
        boolean shuffle,
        long seed,
        int epoch,
        int threads,
        long startRow,
        boolean dropLast,
        DedupGroups groups) {
    public ReadOptions {
        if (batchSize <= 0) {
            throw new IllegalArgumentException("batchSize must be positive, got " + batchSize);
        }
        if (threads <= 0) {
            throw new IllegalArgumentException("threads must be positive, got " + threads);
        }
        if (epoch < 0 || startRow < 0) {
            throw new IllegalArgumentException(
                    "epoch and startRow must not be negative, got " + epoch + " and " + startRow);
        }
    }

    /// Every row written out.
    public ReadOptions(
            int batchSize, boolean shuffle, long seed, int epoch, int threads, long startRow, boolean dropLast) {
        this(batchSize, shuffle, seed, epoch, threads, startRow, dropLast, DedupGroups.NONE);
    }

    /// Rows in the order they were written, for evaluation and prediction.
    public static ReadOptions inOrder(int batchSize, int threads) {
        return new ReadOptions(batchSize, false, 0, 0, threads, 0, false);
    }

    /// Rows in the order of (seed, epoch), for training.
    public static ReadOptions shuffled(int batchSize, long seed, int epoch, int threads) {
        return new ReadOptions(batchSize, true, seed, epoch, threads, 0, false);
    }

    public ReadOptions withStartRow(long row) {
        return new ReadOptions(batchSize, shuffle, seed, epoch, threads, row, dropLast, groups);
    }

    public ReadOptions withEpoch(int number) {
        return new ReadOptions(batchSize, shuffle, seed, number, threads, startRow, dropLast, groups);
    }

    /// The same rows, with the groups' features deduplicated.
    public ReadOptions withGroups(DedupGroups wanted) {
        return new ReadOptions(batchSize, shuffle, seed, epoch, threads, startRow, dropLast, wanted);
    }
}
