package dev.herd.bench.reproduce.recd;

import dev.herd.bench.reproduce.lab.Claim;
import dev.herd.bench.reproduce.lab.Expectation;
import dev.herd.bench.reproduce.lab.Findings;
import dev.herd.data.Progress;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dataset.ReadOptions;
import dev.herd.data.dedup.DedupGroups;
import dev.herd.data.dedup.Deduplication;
import dev.herd.data.inspect.Duplication;
import dev.herd.data.inspect.Duplication.FeatureFigures;
import java.util.ArrayList;
import java.util.List;

/// How often features repeat within the batches of both orders, measured and by the paper's formula.
record Factors(Duplication interleaved, Duplication clustered) {
    /// The fewest ids of a row from which on a feature is a list; of a single id every batch repeats most.
    private static final double LIST = 2;

    static Factors measure(Layouts layouts, int batch, Progress progress) {
        return new Factors(of(layouts.interleaved(), batch, progress), of(layouts.once(), batch, progress));
    }

    private static Duplication of(Dataset dataset, int batch, Progress progress) {
        return Duplication.of(
                dataset, Layouts.SPLIT, ReadOptions.inOrder(batch, 2), Deduplication.Auto.defaults(), progress);
    }

    /// The groups that clustered batches are deduplicated in.
    DedupGroups groups() {
        return clustered.recommended();
    }

    void note(Findings.Notes notes) {
        notes.claim(new Claim(
                "rows of a session in an interleaved batch",
                1.15,
                interleaved.sessionRows().orElseThrow(),
                "rows",
                Expectation.atMost(1.2)));
        List<List<String>> rows = new ArrayList<>();
        double worst = 0;
        for (FeatureFigures feature : clustered.features()) {
            FeatureFigures before = named(interleaved, feature.name());
            double predicted = feature.predicted().orElseThrow();
            rows.add(List.of(
                    feature.name(),
                    Text.of("%.1f", feature.meanLength()),
                    Text.of("%.3f", feature.unchanged()),
                    Text.of("%.2f", before.measured()),
                    Text.of("%.2f", predicted),
                    Text.of("%.2f", feature.measured()),
                    Text.of("%.2f", feature.windows())));
            if (feature.meanLength() >= LIST) {
                worst = Math.max(worst, Math.abs(feature.measured() / predicted - 1));
            }
        }
        notes.table(new Findings.Table(
                "Dedupe factors",
                List.of(
                        "feature",
                        ">length",
                        ">unchanged",
                        ">interleaved",
                        ">formula",
                        ">clustered",
                        ">clustered, as windows"),
                rows));
        notes.claim(new Claim(
                "dedupe factor of lists: largest deviation from S / (1 + (S-1)(1-d))",
                null,
                100 * worst,
                "%",
                Expectation.atMost(5)));
        notes.condition("groups", groups().groups());
        notes.condition("windows", groups().windows());
        notes.condition(
                "rows of a session in a clustered batch",
                Text.of("%.2f", clustered.sessionRows().orElseThrow()));
    }

    static FeatureFigures named(Duplication duplication, String name) {
        return duplication.features().stream()
                .filter(feature -> feature.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
