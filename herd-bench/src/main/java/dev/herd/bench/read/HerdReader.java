package dev.herd.bench.read;

import dev.herd.data.BatchReader;
import dev.herd.data.Progress;
import dev.herd.data.dataset.ClusterBy;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dataset.ReadOptions;
import dev.herd.data.prepare.Preparation;
import dev.herd.data.prepare.PrepareConfig;
import dev.herd.data.prepare.SplitRule;
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
import dev.herd.data.transform.NumberStep;
import dev.herd.data.transform.RawBatchReader;
import dev.herd.data.transform.SparseColumn;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Herd's side: batches straight from a Criteo file, and from a dataset folder.
final class HerdReader {
    private static final String SPLIT = "train";

    private final int batch;
    private final int threads;
    private final FeaturePipeline pipeline;

    HerdReader(int batch, int buckets, int threads) {
        this.batch = batch;
        this.threads = threads;
        this.pipeline = pipeline(buckets).expanded();
    }

    private static FeaturePipeline pipeline(int buckets) {
        DenseColumn dense = new DenseColumn("I{1..13}", null, List.of(new NumberStep.Log()), Optional.of(0.0));
        SparseColumn plain = SparseColumn.defaults();
        SparseColumn sparse = new SparseColumn(
                "C{1..26}",
                null,
                plain.arity(),
                plain.separator(),
                null,
                0,
                List.of(),
                new IdRule.Hash(buckets, 0),
                Optional.empty());
        LabelColumn label = new LabelColumn("label", null, new LabelRule.Number());
        return new FeaturePipeline(List.of(label), List.of(dense), List.of(sparse), null, null, null);
    }

    private static RawInput input(Path file) {
        return RawInput.of(file, new RawFormat.Criteo(true));
    }

    long readCriteo(Path file) {
        FittedFeatures features = new FittedFeatures(pipeline, new TreeMap<>());
        FaultLog faults = new FaultLog(OnError.FAIL, fault -> {});
        try (BatchReader reader = RawBatchReader.open(input(file), features, true, batch, threads, faults)) {
            return drain(reader);
        }
    }

    /// Prepares a dataset of the file's rows.
    Dataset prepare(Path file, Path folder) {
        PrepareConfig config = new PrepareConfig(
                Map.of(SPLIT, input(file)), null, new SplitRule.Given(null), pipeline, OnError.FAIL, ClusterBy.NONE, 1);
        Preparation.run(config, folder, threads, Progress.SILENT, fault -> {});
        return Dataset.open(folder);
    }

    long readDataset(Dataset dataset) {
        try (BatchReader reader = dataset.reader(SPLIT, ReadOptions.shuffled(batch, 1, 0, threads))) {
            return drain(reader);
        }
    }

    private static long drain(BatchReader reader) {
        while (reader.next().isPresent()) {}
        return reader.position();
    }
}
