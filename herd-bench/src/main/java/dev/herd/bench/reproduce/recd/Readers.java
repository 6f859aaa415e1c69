package dev.herd.bench.reproduce.recd;

import dev.herd.bench.reproduce.lab.Claim;
import dev.herd.bench.reproduce.lab.Expectation;
import dev.herd.bench.reproduce.lab.Findings;
import dev.herd.bench.reproduce.lab.Lab;
import dev.herd.bench.reproduce.lab.Turns;
import dev.herd.data.BatchReader;
import dev.herd.data.FeatureSchema;
import dev.herd.data.ReadFigures;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dataset.ReadOptions;
import dev.herd.data.dedup.DedupGroups;
import dev.herd.data.raw.FaultLog;
import dev.herd.data.raw.OnError;
import dev.herd.data.raw.RawFormat;
import dev.herd.data.raw.RawInput;
import dev.herd.data.transform.DenseColumn;
import dev.herd.data.transform.FeaturePipeline;
import dev.herd.data.transform.FittedFeatures;
import dev.herd.data.transform.IdRule;
import dev.herd.data.transform.LabelColumn;
import dev.herd.data.transform.LabelRule;
import dev.herd.data.transform.RawBatchReader;
import dev.herd.data.transform.SparseColumn;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/// Rows a second and core that readers hand out: of a dataset, whose rows were transformed when it was
/// prepared, and of raw Parquet files, whose ids are hashed on the way.
///
/// The seconds are those of all cores that the process kept busy, of decoders and garbage collection too.
final class Readers {
    private static final int BATCH = 4096;
    private static final int ROUNDS = 5;
    private static final double MOST_ROWS = 100_000;

    private Readers() {}

    static void measure(Layouts layouts, DedupGroups groups, Lab lab, Findings.Notes notes) {
        stored(layouts, groups, lab, notes);
        raw(layouts, groups, lab, notes);
    }

    /// A reader that one way reads with.
    private record Way(String name, Supplier<BatchReader> open) {}

    private static void stored(Layouts layouts, DedupGroups groups, Lab lab, Findings.Notes notes) {
        List<Way> ways = List.of(
                new Way("interleaved", () -> reader(layouts.interleaved(), DedupGroups.NONE)),
                new Way("clustered", () -> reader(layouts.clustered(), DedupGroups.NONE)),
                new Way("clustered, lists once", () -> reader(layouts.once(), DedupGroups.NONE)),
                new Way("clustered, lists once, groups", () -> reader(layouts.once(), groups.withoutWindows())),
                new Way("clustered, lists once, groups, windows", () -> reader(layouts.once(), groups)));
        Turns.Result times = measure("Readers of a dataset", ways, lab, notes);
        notes.claim(new Claim(
                "reader of a dataset: interleaved over clustered with groups",
                1.79,
                times.ratio(3),
                "x CPU seconds",
                Expectation.atLeast(1.79)));
    }

    private static void raw(Layouts layouts, DedupGroups groups, Lab lab, Findings.Notes notes) {
        List<Way> ways = List.of(
                new Way("interleaved", () -> rawReader(layouts.interleaved(), DedupGroups.NONE)),
                new Way("clustered", () -> rawReader(layouts.clustered(), DedupGroups.NONE)),
                new Way("clustered, groups", () -> rawReader(layouts.clustered(), groups.withoutWindows())),
                new Way("clustered, groups, windows", () -> rawReader(layouts.clustered(), groups)));
        Turns.Result times = measure("Readers of raw files that hash every id", ways, lab, notes);
        notes.claim(new Claim(
                "reader of raw files: interleaved over clustered with groups",
                1.79,
                times.ratio(2),
                "x CPU seconds",
                Expectation.atLeast(1.79)));
    }

    /// A dataset opened anew, so that no rows are left in memory from before.
    private static BatchReader reader(Dataset dataset, DedupGroups groups) {
        return Dataset.open(dataset.folder())
                .reader(Layouts.SPLIT, ReadOptions.inOrder(BATCH, 1).withGroups(groups));
    }

    private static BatchReader rawReader(Dataset dataset, DedupGroups groups) {
        FeatureSchema schema = dataset.schema();
        List<SparseColumn> sparse = schema.sparse().stream()
                .map(feature -> new SparseColumn(
                        feature.name(),
                        null,
                        feature.arity(),
                        "",
                        null,
                        0,
                        List.of(),
                        new IdRule.Hash((int) Math.min(feature.rows(), 1 << 20), 0),
                        Optional.empty()))
                .toList();
        List<DenseColumn> dense = schema.dense().stream()
                .map(feature -> new DenseColumn(feature.name(), null, List.of(), Optional.of(0.0)))
                .toList();
        List<LabelColumn> labels = schema.labels().stream()
                .map(label -> new LabelColumn(label, null, new LabelRule.Number()))
                .toList();
        FeaturePipeline pipeline = new FeaturePipeline(labels, dense, sparse, null, null, null);
        Path files = dataset.folder().resolve(Layouts.SPLIT + "-*.parquet");
        return RawBatchReader.open(
                RawInput.of(files, new RawFormat.Parquet()),
                new FittedFeatures(pipeline.expanded(), new TreeMap<>()),
                true,
                BATCH,
                1,
                new FaultLog(OnError.FAIL, fault -> {}),
                groups);
    }

    private static Turns.Result measure(String what, List<Way> ways, Lab lab, Findings.Notes notes) {
        ReadFigures[] figures = new ReadFigures[ways.size()];
        List<Turns.Arm> arms = new ArrayList<>();
        for (int i = 0; i < ways.size(); i++) {
            int at = i;
            arms.add(new Turns.Arm(ways.get(i).name(), () -> {
                double before = cpuSeconds();
                figures[at] = drain(ways.get(at).open().get());
                return (cpuSeconds() - before) / figures[at].rows();
            }));
        }
        Turns.Result times = new Turns(arms, ROUNDS).run("read", lab.progress());
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < ways.size(); i++) {
            ReadFigures last = figures[i];
            rows.add(List.of(
                    ways.get(i).name(),
                    Text.of("%,.0f", 1 / times.seconds(i)),
                    Text.of("%.2f", times.ratio(i)),
                    times.spread(i),
                    Text.of("%.1f", 1e6 * last.fillSeconds() / last.rows()),
                    Text.of("%.1f", 1e6 * last.convertSeconds() / last.rows()),
                    Text.of("%.1f", 1e6 * last.processSeconds() / last.rows()),
                    Text.of("%,.0f", (double) last.bytes() / last.rows())));
        }
        notes.table(new Findings.Table(
                what,
                List.of(
                        "way",
                        ">rows/s and core",
                        ">ratio",
                        ">of the rounds",
                        ">fill us/row",
                        ">convert us/row",
                        ">process us/row",
                        ">bytes/row handed on"),
                rows));
        return times;
    }

    private static ReadFigures drain(BatchReader reader) {
        try (reader) {
            while (reader.position() < MOST_ROWS && reader.next().isPresent()) {}
            return reader.figures();
        }
    }

    private static double cpuSeconds() {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getProcessCpuTime() * 1e-9;
    }
}
