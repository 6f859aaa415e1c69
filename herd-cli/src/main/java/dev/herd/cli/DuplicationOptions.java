package dev.herd.cli;

import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dataset.ReadOptions;
import dev.herd.data.dedup.Deduplication;
import dev.herd.data.inspect.Duplication;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What `herd inspect DATASET --duplication` measures.
final class DuplicationOptions {
    @Option(names = "--duplication", required = true, description = "Print this report instead.")
    private boolean wanted;

    @Option(names = "--split", description = "The split to measure. Default: train.")
    private String split = "train";

    @Option(names = "--batch-size", paramLabel = "B", description = "Rows of a batch. Default: 4096.")
    private int batchSize = 4096;

    @Option(names = "--rows", paramLabel = "N", description = "Rows to measure at most. Default: 200000.")
    private long rows = Deduplication.Auto.defaults().rows();

    @Option(
            names = "--threshold",
            paramLabel = "FACTOR",
            description = "Factor from which on a feature is recommended. Default: 1.5.")
    private double threshold = Deduplication.Auto.defaults().threshold();

    @Option(
            names = "--bytes-per-row",
            paramLabel = "BYTES",
            description = "Bytes of a row that a recommended group must save. Default: 16.")
    private double bytesPerRow = Deduplication.Auto.defaults().bytesPerRow();

    @Option(names = "--seed", description = "Decides the order of training. Default: 1.")
    private long seed = 1;

    @Option(names = "--in-order", description = "Read rows as they were written, not as training shuffles them.")
    private boolean inOrder;

    @Nullable
    @Option(names = "--html", paramLabel = "FILE", description = "Draw the report into this file.")
    private Path html;

    /// The file to draw into, if one is named.
    Optional<Path> html() {
        return Optional.ofNullable(html);
    }

    Duplication measure(Dataset dataset, int threads, Progress progress) {
        Deduplication.Auto effort = InputException.checked(() -> new Deduplication.Auto(threshold, bytesPerRow, rows));
        ReadOptions options = InputException.checked(() ->
                inOrder ? ReadOptions.inOrder(batchSize, threads) : ReadOptions.shuffled(batchSize, seed, 0, threads));
        return Duplication.of(dataset, split, options, effort, progress);
    }
}
