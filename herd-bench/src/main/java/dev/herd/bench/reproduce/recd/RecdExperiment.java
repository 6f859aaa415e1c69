package dev.herd.bench.reproduce.recd;

import dev.herd.bench.reproduce.lab.Experiment;
import dev.herd.bench.reproduce.lab.Findings;
import dev.herd.bench.reproduce.lab.Lab;
import dev.herd.data.dataset.Dataset;

/// Deduplication from the log to the pooled embedding: storage, readers, training and quality.
public final class RecdExperiment implements Experiment {
    private static final int BATCH = 4096;

    @Override
    public String name() {
        return "recd";
    }

    @Override
    public String paper() {
        return "Zhao et al.: RecD: Deduplication for End-to-End Deep Learning Recommendation Model Training"
                + " Infrastructure, MLSys 2023 (arXiv 2211.05239)";
    }

    @Override
    public String about() {
        return "A log of sessions in order of time and clustered by session: compressed bytes, rows a second that readers"
                + " hand out and models train on, with and without each optimization, and what that does to the loss.";
    }

    @Override
    public Findings run(Lab lab) {
        Findings.Notes notes = new Findings.Notes();
        long rows = lab.rows(SessionLog.ROWS);
        notes.condition("log", SessionLog.describe(rows));
        Layouts layouts = Layouts.of(Dataset.open(lab.log(SessionLog.mix(rows))), lab);
        Factors factors = Factors.measure(layouts, BATCH, lab.progress());
        factors.note(notes);
        Storage.measure(layouts, notes);
        Readers.measure(layouts, factors.groups(), lab, notes);
        Training.measure(layouts, factors.groups(), lab, notes);
        Learning.measure(lab, notes);
        PublicLogs.measure(lab, notes);
        notes.condition("threads", lab.threads() + " to train, 1 to read");
        notes.condition("batches", BATCH + " rows; 2048 for transformers");
        return notes.findings();
    }
}
