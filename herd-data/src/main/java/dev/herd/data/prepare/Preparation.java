package dev.herd.data.prepare;

import dev.herd.data.FeatureSchema;
import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.data.cluster.SessionOrder;
import dev.herd.data.dataset.ClusterBy;
import dev.herd.data.dataset.Clustering;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dataset.DatasetWriter;
import dev.herd.data.dataset.ListStorage;
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
import dev.herd.data.transform.SessionColumn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Turns raw files into a dataset folder: stages and orders them where the query or the split needs it,
/// fits the transforms on the training rows in one pass, and encodes and writes all rows in another.
///
/// Memory: a few blocks per thread, the vocabularies, and one part of the dataset per split.
public final class Preparation {
    private final PrepareConfig config;
    private final FeaturePipeline pipeline;
    private final Path folder;
    private final Resources resources;
    private final Progress progress;
    private final FaultLog faults;
    private @Nullable Staging staging;
    private final Map<String, Long> missing = new TreeMap<>();
    private long rowsSplit;
    private long rowsWritten;
    private long trainRows;
    private long rowsNotSampled;

    private Preparation(
            PrepareConfig config, Path folder, Resources resources, Progress progress, Consumer<RawFault> report) {
        this.config = config;
        this.folder = folder.toAbsolutePath().normalize();
        this.resources = resources;
        this.progress = progress;
        pipeline = config.features().expanded();
        faults = new FaultLog(config.onError(), report);
    }

    /// As the other `run`, with the memory that is usual.
    public static PreparationReport run(
            PrepareConfig config, Path folder, int threads, Progress progress, Consumer<RawFault> report) {
        return run(config, folder, Resources.of(threads), progress, report);
    }

    /// @param folder of the dataset; must not exist
    /// @param report called for every row left out under `on_error: report`
    ///
    /// **Throws** [InputException] for a configuration or an input that does not allow it;
    /// nothing is left behind then.
    public static PreparationReport run(
            PrepareConfig config, Path folder, Resources resources, Progress progress, Consumer<RawFault> report) {
        return new Preparation(config, folder, resources, progress, report).run();
    }

    private PreparationReport run() {
        if (config.inputs().isEmpty()) {
            throw new InputException("`inputs` is empty: name at least one input and its path");
        }
        DatasetWriter.requireAbsent(folder);
        requireSession();
        try {
            List<RowSource> sources = sources();
            FittedFeatures features = fit(sources);
            try (DatasetWriter writer = writer(features.schema())) {
                writer.features(features);
                config.inputs().forEach((name, input) -> writer.note("input." + name, input.path()));
                sources.forEach(source -> write(source, features, writer));
                noteMissing(writer);
                noteSample(writer);
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

    private DatasetWriter writer(FeatureSchema schema) {
        return switch (config.clusterBy()) {
            case NONE -> DatasetWriter.create(folder, schema);
            case SESSION -> {
                Clustering clustering = new Clustering(resources.sorting(), resources.temp(), progress);
                yield DatasetWriter.clustered(folder, schema, ListStorage.RUNS_ONCE, clustering);
            }
        };
    }

    /// What clusters or samples sessions needs to know them; said before any file is read.
    private void requireSession() {
        if (pipeline.session() != null) {
            return;
        }
        if (config.clusterBy() == ClusterBy.SESSION) {
            throw new InputException(
                    "cluster_by: session needs a session column: set features.session to the column that"
                            + " groups rows");
        }
        if (config.sampleSessions() < 1) {
            throw new InputException("sample_sessions: " + config.sampleSessions()
                    + " needs a session column: set features.session to the column that groups rows");
        }
    }

    private PreparationReport report(Dataset dataset) {
        Map<String, Long> rows = new TreeMap<>();
        dataset.splits().forEach(split -> rows.put(split, dataset.rows(split)));
        return new PreparationReport(
                rowsWritten + faults.skipped() + rowsNotSampled,
                faults.skipped(),
                rowsNotSampled,
                faults.first(),
                rows);
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
            staging = new Staging(temporary(".staging"), resources, faults);
            for (Map.Entry<String, RawInput> input : config.inputs().entrySet()) {
                staging.load(input.getKey(), input.getValue(), task);
            }
        }
        try (Progress.Task task = progress.start("order", -1, "rows")) {
            task.note("tables", config.inputs().size());
            return staging.save(select, ordered);
        }
    }

    private Path temporary(String suffix) {
        String name = folder.getFileName() + suffix;
        Path temp = resources.temp();
        if (temp != null && !Files.isDirectory(temp)) {
            throw InputException.of(temp, "no such folder for temporary files; name an existing one");
        }
        return temp == null ? folder.resolveSibling(name) : temp.resolve(name);
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
                    block -> {
                        boolean[] sampled = sampled(block, reader.columns());
                        return shared.observe(
                                block, r -> sampled[r] && source.splits().of(block, r) == SplitName.TRAIN);
                    },
                    shared::merge);
        }
        return java.util.Objects.requireNonNull(fitter).finish();
    }

    /// Which rows belong to sampled sessions, or have none that can be read, which is said when they are
    /// encoded.
    private boolean[] sampled(RawBlock block, List<String> columns) {
        boolean[] sampled = new boolean[block.rows()];
        if (config.sampleSessions() == 1) {
            Arrays.fill(sampled, true);
            return sampled;
        }
        SessionColumn sessions = SessionColumn.of(pipeline, columns);
        for (int r = 0; r < sampled.length; r++) {
            OptionalLong session = sessions.find(block, r);
            sampled[r] = session.isEmpty() || SessionOrder.isSampled(session.getAsLong(), config.sampleSessions());
        }
        return sampled;
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
                        reader,
                        resources.threads(),
                        block -> work.apply(source.located().apply(block)))) {
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
    private record Sorted(
            EnumMap<SplitName, Encoded> splits, List<RawFault> faults, int rows, int notSampled, long[] missing) {}

    private void write(RowSource source, FittedFeatures features, DatasetWriter writer) {
        RawReader reader = RawReader.open(source.input(), source.key());
        RowEncoder encoder = RowEncoder.create(features, reader.columns(), true);
        each(
                "write",
                source,
                reader,
                block -> sorted(source, encoder, block, sampled(block, reader.columns())),
                sorted -> {
                    faults.accept(sorted.faults());
                    countMissing(reader.columns(), sorted);
                    rowsNotSampled += sorted.notSampled();
                    sorted.splits().forEach((split, encoded) -> {
                        if (encoded.batch().size() > 0) {
                            writer.write(split.text(), encoded.batch());
                            rowsWritten += encoded.batch().size();
                            trainRows +=
                                    split == SplitName.TRAIN ? encoded.batch().size() : 0;
                        }
                    });
                });
    }

    private static Sorted sorted(RowSource source, RowEncoder encoder, RawBlock block, boolean[] sampled) {
        EnumMap<SplitName, Encoded> splits = new EnumMap<>(SplitName.class);
        List<RawFault> faults = new ArrayList<>(block.faults());
        SplitName[] of = new SplitName[block.rows()];
        int notSampled = 0;
        for (int r = 0; r < of.length; r++) {
            of[r] = source.splits().of(block, r);
            notSampled += sampled[r] ? 0 : 1;
        }
        for (SplitName split : SplitName.values()) {
            Encoded encoded = encoder.encode(block, r -> sampled[r] && of[r] == split);
            splits.put(split, encoded);
            faults.addAll(encoded.faults());
        }
        faults.sort(Comparator.comparingLong(RawFault::line));
        return new Sorted(splits, faults, block.rows(), notSampled, missing(block));
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

    private void noteSample(DatasetWriter writer) {
        if (config.sampleSessions() < 1) {
            writer.note("sample_sessions", String.valueOf(config.sampleSessions()));
        }
    }
}
