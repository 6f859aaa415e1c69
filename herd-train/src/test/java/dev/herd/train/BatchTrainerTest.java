package dev.herd.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.herd.data.Batch;
import dev.herd.data.FeatureSchema;
import dev.herd.data.Features;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.data.config.Config;
import dev.herd.numerics.CounterRandom;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchTrainerTest {
    private static final int ROWS = 64;
    private static final int IDS = 9;
    private static final FeatureSchema SCHEMA = new FeatureSchema(
            List.of("label"),
            List.of(new FeatureSchema.DenseFeature("number")),
            List.of(
                    new FeatureSchema.SparseFeature("a", FeatureSchema.Arity.SINGLE, IDS, false),
                    new FeatureSchema.SparseFeature("b", FeatureSchema.Arity.SINGLE, IDS, false)),
            null,
            null,
            null);

    @Test
    void theLossFallsAndTheNumberOfThreadsDoesNotChangeABit() {
        double[] alone = losses(1);
        assertThat(alone[alone.length - 1]).isLessThan(0.7 * alone[0]);
        assertThat(losses(2)).containsExactly(alone);
    }

    private static double[] losses(int threads) {
        TrainConfig config = Config.parse(
                "model: {name: dlrm, bottom: {normalization: none}, top: {normalization: none}}",
                "test",
                List.of("threads=" + threads, "slices=2"),
                TrainConfig.defaults());
        double[] losses = new double[60];
        try (BatchTrainer trainer = BatchTrainer.create(config, SCHEMA)) {
            assertThat(trainer.tables()).hasSize(1);
            assertThat(trainer.parameters().count()).isPositive();
            Arrays.setAll(losses, step -> trainer.step(batch(), 0.01));
        }
        return losses;
    }

    /// The label is 1 where both ids are below 4.
    private static Batch batch() {
        long[] ids = new long[2 * ROWS];
        int[] offsets = new int[2 * ROWS + 1];
        float[] numbers = new float[ROWS];
        float[] labels = new float[ROWS];
        Arrays.setAll(offsets, i -> i);
        Arrays.setAll(ids, i -> (long) (CounterRandom.uniform(1, 2, i) * IDS));
        for (int row = 0; row < ROWS; row++) {
            numbers[row] = (float) CounterRandom.gaussian(1, 3, row);
            labels[row] = ids[row] < 4 && ids[ROWS + row] < 4 ? 1 : 0;
        }
        Features features = new Features(ROWS, numbers, KeyedJaggedTensor.of(List.of("a", "b"), ROWS, ids, offsets));
        return new Batch(features, labels, new long[0], new long[0]);
    }
}
