package dev.herd.data.prepare;

import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dataset.DatasetWriter;
import dev.herd.data.raw.FaultLog;
import dev.herd.data.raw.OrderedPipe;
import dev.herd.data.raw.RawBlock;
import dev.herd.data.raw.RawFault;
import dev.herd.data.raw.RawInput;
import dev.herd.data.raw.RawReader;
import dev.herd.data.transform.FeaturePipeline;
import dev.herd.data.transform.FittedFeatures;
import dev.herd.data.transform.PipelineFitter;
import dev.herd.data.transform.RowEncoder;
import dev.herd.data.transform.RowEncoder.Encoded;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Turns raw files into a dataset folder: stages and orders them where the query or the split needs it, fits the
/// transforms on the training rows in one pass, and encodes and writes all rows in another.
///
/// Memory: a few blocks per thread, the vocabularies, and one part of the dataset per split.
public final class Preparation {
    private final PrepareConfig config;
    private final FeaturePipeline pipeline;
    private final Path folder;
    private final int threads;
    private final Progress progress;
    private final FaultLog faults;
    private @Nullable Staging staging;
    private final Map<String, Long> missing = new TreeMap<>();
    private long rowsSplit;
    private long rowsWritten;
    private long trainRows;

    private Preparation(PrepareConfig config, Path folder, int threads, Progress progress, Consumer<RawFault> report) {
        this.config = config;
        this.folder = folder.toAbsolutePath().normalize();
        this.threads = threads;
        this.progress = progress;
        pipeline = config.features().expanded();
        faults = new FaultLog(config.onError(), report);
    }

    /// @param folder of the dataset; must not exist
    /// @param report called for every row left out under `on_error: report`
    ///
    /// **Throws** [InputException] for a configuration or an input that does not allow it;
    /// nothing is left behind then.
    public static PreparationReport run(
            PrepareConfig config, Path folder, int threads, Progress progress, Consumer<RawFault> report) {
        return new Preparation(config, folder, threads, progress, report).run();
    }

    private PreparationReport run() {
        if (config.inputs().isEmpty()) {
            throw new InputException("`inputs` is empty: name at least one input and its path");
        }
        DatasetWriter.requireAbsent(folder);
        try {
            List<RowSource> sources = sources();
            FittedFeatures features = fit(sources);
            try (DatasetWriter writer = DatasetWriter.create(folder, features.schema())) {
                writer.features(features);
                config.inputs().forEach((name, input) -> writer.note("input." + name, input.path()));
                sources.forEach(source -> write(source, features, writer));
                noteMissing(writer);
                writer.note("rows_skipped", String.valueOf(faults.skipped()));
                if (trainRows == 0) {
                    throw new InputException("no row came out for training; " + faults.skipped()
                            + " rows were skipped, the first of them: " + faults.first());
                }
                return report(writer.finish());
            }
        } finally {
            if (staging != null) {
                staging.close();
            }
        }
    }

    private PreparationReport report(Dataset dataset) {
        Map<String, Long> rows = new TreeMap<>();
        dataset.splits().forEach(split -> rows.put(split, dataset.rows(split)));
        return new PreparationReport(rowsWritten + faults.skipped(), faults.skipped(), faults.first(), rows);
    }

    private List<RowSource> sources() {
        return switch (config.split()) {
            case SplitRule.Given(var column) -> {
                if (column != null) {
                    RawInput rows = config.query() == null ? onlyInput() : staged(rowsSql(), false);
                    yield List.of(RowSource.byColumn(rows, onlyKey(), column, block -> block));
                }
                yield byInput();
            }
            case SplitRule.Random rule -> {
                RawInput rows = config.query() == null ? onlyInput() : staged(rowsSql(), false);
                yield List.of(RowSource.random(rows, onlyKey(), rule));
            }
            case SplitRule.TimeOrdered(var order, var ratios) ->
                List.of(ordered(Staging.ordered(rowsSql(), "", required(order), ratios)));
            case SplitRule.PerUser(var user, var order, var ratios) ->
                List.of(ordered(
                        Staging.ordered(rowsSql(), "partition by " + Staging.quoted(user), required(order), ratios)));
        };
    }

    private List<String> required(List<String> order) {
        if (order.isEmpty() && config.query() == null && config.split() instanceof SplitRule.TimeOrdered) {
            return List.of(Staging.LINE);
        }
        if (order.isEmpty()) {
            throw new InputException("split.order is empty: name the time column, then columns that break ties");
        }
        return order;
    }

    private String rowsSql() {
        return config.query() != null
                ? config.query().strip().replaceAll(";$", "")
                : "select * from " + Staging.quoted(onlyName());
    }

    private RawInput staged(String select, boolean ordered) {
        long bytes = config.inputs().values().stream()
                .flatMap(input -> input.files("inputs").stream())
                .mapToLong(file -> file.toFile().length())
                .sum();
        try (Progress.Task task = progress.start("import", bytes, "bytes")) {
            staging = new Staging(folder.resolveSibling(folder.getFileName() + ".staging"), threads, faults);
            for (Map.Entry<String, RawInput> input : config.inputs().entrySet()) {
                staging.load(input.getKey(), input.getValue(), task);
            }
        }
        try (Progress.Task task = progress.start("order", -1, "rows")) {
            task.note("tables", config.inputs().size());
            return staging.save(select, ordered);
        }
    }

    private RowSource ordered(String select) {
        RawInput rows = staged(select, true);
        return RowSource.byColumn(rows, "query", Staging.SPLIT, config.query() == null ? places(rows) : block -> block);
    }

    private java.util.function.UnaryOperator<RawBlock> places(RawInput rows) {
        try (RawReader reader = RawReader.open(rows, "query")) {
            return RowSource.placed(
                    Path.of(onlyInput().path()), RowSource.requireColumn(reader.columns(), Staging.LINE, "line"));
        }
    }

    private List<RowSource> byInput() {
        List<RowSource> sources = new ArrayList<>();
        for (SplitName split : SplitName.values()) {
            RawInput input = config.inputs().get(split.text());
            if (input != null) {
                sources.add(RowSource.whole(input, "inputs." + split.text(), split));
            }
        }
        if (sources.size() != config.inputs().size()
                || config.query() != null
                || sources.getFirst().only().orElseThrow() != SplitName.TRAIN) {
            throw new InputException("split: given needs inputs named train and, if any, validation and test, without a"
                    + " query; got " + config.inputs().keySet()
                    + ". With a query or one input, name the `column` that holds the split");
        }
        return sources;
    }

    private RawInput onlyInput() {
        return java.util.Objects.requireNonNull(config.inputs().get(onlyName()));
    }

    private String onlyName() {
        if (config.inputs().size() != 1) {
            throw new InputException("this split needs a single input or a `query` that joins them, got the inputs "
                    + config.inputs().keySet());
        }
        return config.inputs().keySet().iterator().next();
    }

    private String onlyKey() {
        return config.query() == null ? "inputs." + onlyName() : "query";
    }

    private FittedFeatures fit(List<RowSource> sources) {
        if (!pipeline.isOpen()) {
            return new FittedFeatures(pipeline, new TreeMap<>());
        }
        PipelineFitter fitter = null;
        for (RowSource source : sources) {
            if (source.only().isPresent() && source.only().get() != SplitName.TRAIN) {
                continue;
            }
            RawReader reader = RawReader.open(source.input(), source.key());
            PipelineFitter shared = fitter == null ? PipelineFitter.create(pipeline, reader.columns()) : fitter;
            fitter = shared;
            each(
                    "fit",
                    source,
                    reader,
                    block -> shared.observe(block, r -> source.splits().of(block, r) == SplitName.TRAIN),
                    shared::merge);
        }
        return java.util.Objects.requireNonNull(fitter).finish();
    }

    /// Does work on all blocks of a source in parallel, and takes the results in order.
    private <T> void each(
            String what,
            RowSource source,
            RawReader reader,
            java.util.function.Function<RawBlock, T> work,
            Consumer<T> take) {
        long bytes = source.input().files(source.key()).stream()
                .mapToLong(file -> file.toFile().length())
                .sum();
        try (Progress.Task task = progress.start(what, bytes, "bytes");
                OrderedPipe<T> results = OrderedPipe.create(
                        reader, threads, block -> work.apply(source.located().apply(block)))) {
            long done = 0;
            for (T result = results.next(); result != null; result = results.next()) {
                take.accept(result);
                task.advance(reader.bytesRead() - done);
                done = reader.bytesRead();
            }
        }
    }

    /// A block's rows by split, and what was wrong with the others.
    ///
    /// @param missing cells by column, over all rows of the block
    private record Sorted(EnumMap<SplitName, Encoded> splits, List<RawFault> faults, int rows, long[] missing) {}

    private void write(RowSource source, FittedFeatures features, DatasetWriter writer) {
        RawReader reader = RawReader.open(source.input(), source.key());
        RowEncoder encoder = RowEncoder.create(features, reader.columns(), true);
        each("write", source, reader, block -> sorted(source, encoder, block), sorted -> {
            faults.accept(sorted.faults());
            countMissing(reader.columns(), sorted);
            sorted.splits().forEach((split, encoded) -> {
                if (encoded.batch().size() > 0) {
                    writer.write(split.text(), encoded.batch());
                    rowsWritten += encoded.batch().size();
                    trainRows += split == SplitName.TRAIN ? encoded.batch().size() : 0;
                }
            });
        });
    }

    private static Sorted sorted(RowSource source, RowEncoder encoder, RawBlock block) {
        EnumMap<SplitName, Encoded> splits = new EnumMap<>(SplitName.class);
        List<RawFault> faults = new ArrayList<>(block.faults());
        SplitName[] of = new SplitName[block.rows()];
        for (int r = 0; r < of.length; r++) {
            of[r] = source.splits().of(block, r);
        }
        for (SplitName split : SplitName.values()) {
            Encoded encoded = encoder.encode(block, r -> of[r] == split);
            splits.put(split, encoded);
            faults.addAll(encoded.faults());
        }
        faults.sort(Comparator.comparingLong(RawFault::line));
        return new Sorted(splits, faults, block.rows(), missing(block));
    }

    private static long[] missing(RawBlock block) {
        long[] missing = new long[block.columns()];
        for (int r = 0; r < block.rows(); r++) {
            for (int c = 0; c < missing.length; c++) {
                missing[c] += block.isMissing(r, c) ? 1 : 0;
            }
        }
        return missing;
    }

    private void countMissing(List<String> columns, Sorted sorted) {
        rowsSplit += sorted.rows();
        for (int c = 0; c < columns.size(); c++) {
            missing.merge(columns.get(c), sorted.missing()[c], Long::sum);
        }
    }

    /// Notes the share of missing cells of every column that has some.
    private void noteMissing(DatasetWriter writer) {
        missing.forEach((column, count) -> {
            if (count > 0) {
                writer.note("missing." + column, String.format(Locale.ROOT, "%.4f", (double) count / rowsSplit));
            }
        });
    }
}
