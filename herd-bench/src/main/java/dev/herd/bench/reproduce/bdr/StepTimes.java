package dev.herd.bench.reproduce.bdr;

import dev.herd.bench.duel.Duel;
import dev.herd.bench.duel.Outcome;
import dev.herd.bench.duel.Rounds;
import dev.herd.bench.reproduce.lab.Lab;
import dev.herd.data.Batch;
import dev.herd.data.FeatureSchema;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dataset.ReadOptions;
import dev.herd.train.BatchTrainer;
import dev.herd.train.TrainConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a step costs in a format, against the step in fp32 by turns.
final class StepTimes {
    private static final int BATCHES = 16;
    private static final int MILLISECONDS = 200;
    private static final int ROUNDS = 7;

    private final Lab lab;
    private final Path data;
    private final Rounds rounds;
    private final List<Batch> batches;
    private final FeatureSchema schema;

    StepTimes(Lab lab, Path data) {
        this.lab = lab;
        this.data = data;
        Duration turn = Duration.ofMillis(lab.share(MILLISECONDS));
        this.rounds = new Rounds(ROUNDS, turn, turn.multipliedBy(ROUNDS));
        Dataset dataset = Dataset.open(data);
        this.schema = dataset.schema();
        int size = config(Family.WUKONG, Arm.FP32).batchSize();
        this.batches = Lab.batches(dataset, ReadOptions.inOrder(size, lab.threads()), lab.share(BATCHES));
    }

    /// Step times of a model over its step time in fp32.
    Map<Arm, Outcome> of(Family family) {
        Map<Arm, Outcome> outcomes = new LinkedHashMap<>();
        for (Arm arm : Arm.ROUNDED) {
            try (BatchTrainer plain = trainer(family, Arm.FP32);
                    BatchTrainer rounded = trainer(family, arm)) {
                String name = family.title() + "/" + arm.title();
                Duel duel = new Duel(name, lab.threads(), "steps/s", batches.size(), steps(rounded), steps(plain));
                outcomes.put(arm, duel.fight(rounds));
            }
        }
        return outcomes;
    }

    private BatchTrainer trainer(Family family, Arm arm) {
        return BatchTrainer.create(config(family, arm), schema);
    }

    private TrainConfig config(Family family, Arm arm) {
        return lab.config(arm.recipe(family.recipe()), family.model(), data, 1);
    }

    private Duel.Side steps(BatchTrainer trainer) {
        return () -> batches.forEach(batch -> trainer.step(batch, 1e-3));
    }
}
