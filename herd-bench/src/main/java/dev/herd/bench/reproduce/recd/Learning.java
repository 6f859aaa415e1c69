package dev.herd.bench.reproduce.recd;

import dev.herd.bench.reproduce.lab.Claim;
import dev.herd.bench.reproduce.lab.Expectation;
import dev.herd.bench.reproduce.lab.Findings;
import dev.herd.bench.reproduce.lab.Lab;
import dev.herd.bench.reproduce.lab.Lab.Trial;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dataset.ListStorage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;

/// What the order of the rows and deduplication do to a model's quality: the same rows once over, shuffled
/// one by one and by whole sessions.
final class Learning {
    private static final int SEEDS = 3;
    private static final long ROWS = 400_000;
    private static final String MODEL = "{name: dlrm, embedding_dim: 16, " + Training.PERCEPTRONS + "}";
    private static final String RECIPE = """
            learning_rate: {rate: 4e-3, warm_up_steps: 50, decay: {kind: cosine}}
            tables: {optimizer: {kind: exact_adam}, rate: 1e-2, init: {kind: normal, standard_deviation: 2e-2}}
            dense: {optimizer: {kind: adam}}
            epochs: 1
            batch_size: 1024
            gradient_norm: 0.5
            evaluation: {split: null, test: test, monitor: logloss, auc: streaming}
            stopping: {restore_best: false}
            """;

    private Learning() {}

    static void measure(Lab lab, Findings.Notes notes) {
        Path log = lab.log(SessionLog.learnable(lab.rows(ROWS)));
        Dataset clustered = Layouts.clustered(Dataset.open(log), "once", ListStorage.RUNS_ONCE, lab);
        List<Trial> shuffled = trials(lab, "shuffled", "", log);
        List<Trial> sessions = trials(lab, "sessions", "", clustered.folder());
        List<Trial> deduplicated = trials(lab, "deduplicated", "deduplicate: auto\n", clustered.folder());
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < shuffled.size(); i++) {
            rows.add(List.of(
                    Long.toString(shuffled.get(i).seed()),
                    Text.of("%.5f", shuffled.get(i).ne()),
                    Text.of("%.5f", sessions.get(i).ne()),
                    Text.of("%.5f", deduplicated.get(i).ne())));
        }
        notes.table(new Findings.Table(
                "Normalized entropy on the test split after one pass, DLRM",
                List.of("seed", ">rows shuffled", ">sessions shuffled", ">sessions shuffled, deduplicated"),
                rows));
        notes.claim(new Claim(
                "NE of sessions shuffled against rows shuffled",
                null,
                100 * (mean(sessions) / mean(shuffled) - 1),
                "%",
                Expectation.atMost(0.2)));
        notes.claim(new Claim(
                "NE of deduplicated against written out, mean over seeds",
                0.0,
                100 * Math.abs(mean(deduplicated) / mean(sessions) - 1),
                "%",
                Expectation.atMost(100 * spread(sessions))));
        notes.recipe("learning", RECIPE);
        notes.condition("seeds", lab.seeds(SEEDS));
    }

    private static List<Trial> trials(Lab lab, String name, String more, Path log) {
        return lab.seeds(SEEDS).stream()
                .map(seed -> lab.train("dlrm-" + name, RECIPE + more, MODEL, log, seed))
                .toList();
    }

    private static double mean(List<Trial> seeds) {
        return seeds.stream().mapToDouble(Trial::ne).average().orElseThrow();
    }

    /// The largest NE over the smallest, less 1.
    private static double spread(List<Trial> seeds) {
        DoubleSummaryStatistics ne = seeds.stream().mapToDouble(Trial::ne).summaryStatistics();
        return ne.getMax() / ne.getMin() - 1;
    }
}
