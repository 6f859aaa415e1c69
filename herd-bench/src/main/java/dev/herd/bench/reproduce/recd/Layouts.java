package dev.herd.bench.reproduce.recd;

import dev.herd.bench.reproduce.lab.Lab;
import dev.herd.data.dataset.Clustering;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dataset.ListStorage;
import dev.herd.data.dataset.StorageComparison;
import java.nio.file.Path;

/// The same rows on disk in three ways, written by one writer: same codec, same pages, row groups of the
/// same number of rows.
///
/// @param interleaved in order of time, every list written out: what a trainer without RecD reads
/// @param clustered by session, every list written out
/// @param once by session, a list that repeats the row before written once
record Layouts(Dataset interleaved, Dataset clustered, Dataset once) {
    static final String SPLIT = "train";

    private static final long SORTING = 512L << 20;

    /// Writes the rows of a dataset in all three ways, unless that was done before.
    static Layouts of(Dataset source, Lab lab) {
        return new Layouts(
                Dataset.open(lab.made(
                        name(source, "interleaved"),
                        folder -> StorageComparison.rewrite(
                                source, folder, ListStorage.WRITTEN_OUT, lab.threads(), lab.progress()))),
                clustered(source, "clustered", ListStorage.WRITTEN_OUT, lab),
                clustered(source, "once", ListStorage.RUNS_ONCE, lab));
    }

    static Dataset clustered(Dataset source, String kind, ListStorage storage, Lab lab) {
        Clustering clustering = new Clustering(SORTING, null, lab.progress());
        return Dataset.open(lab.made(
                name(source, kind),
                folder -> StorageComparison.cluster(source, folder, storage, clustering, lab.threads())));
    }

    private static String name(Dataset source, String kind) {
        Path folder = source.folder().toAbsolutePath().normalize();
        return folder.getFileName() + "-" + kind;
    }
}
