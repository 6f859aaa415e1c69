package dev.herd.bench;

import dev.herd.data.FeatureSchema;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.numerics.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Batches of the shape of the Criteo logs: 13 numbers, 26 ids, one label; two million table rows in all.
///
/// @param width columns D of every table
record CriteoShape(int width) {
    static final int BATCH = 2048;
    static final int DENSE = 13;
    static final int SPARSE = 26;

    private static final int BATCHES = 16;
    private static final long SEED = 5;

    /// Distinct ids per column of the Kaggle log, the six largest cut so that all together are two million.
    private static final long[] ROWS = {
        1460, 583, 286_148, 286_148, 305, 24, 12_517, 633, 3, 93_145, 5683, 286_148, 3194, 27, 14_992, 286_147, 10,
        5652, 2173, 4, 286_147, 18, 15, 286_147, 105, 142_572
    };

    /// A batch. **Shapes**: dense `[B, 13]`, labels `[B]`.
    record Sample(float[] dense, KeyedJaggedTensor sparse, float[] labels) {}

    static long[] rows() {
        return ROWS.clone();
    }

    List<String> features() {
        return schema().sparse().stream().map(FeatureSchema.SparseFeature::name).toList();
    }

    FeatureSchema schema() {
        List<FeatureSchema.DenseFeature> dense = new ArrayList<>();
        for (int i = 0; i < DENSE; i++) {
            dense.add(new FeatureSchema.DenseFeature("i" + i));
        }
        List<FeatureSchema.SparseFeature> sparse = new ArrayList<>();
        for (int i = 0; i < SPARSE; i++) {
            sparse.add(new FeatureSchema.SparseFeature("c" + i, FeatureSchema.Arity.SINGLE, ROWS[i], false));
        }
        return new FeatureSchema(List.of("label"), dense, sparse, null, null, null);
    }

    /// Ids by Zipf 1.05, a quarter of the labels 1.
    List<Sample> batches() {
        int[] offsets = new int[SPARSE * BATCH + 1];
        Arrays.setAll(offsets, i -> i);
        long[][] ids = new long[SPARSE][BATCHES * BATCH];
        for (int feature = 0; feature < SPARSE; feature++) {
            IdDistribution.ZIPF.fill(ids[feature], ROWS[feature], SEED, feature);
        }
        List<Sample> batches = new ArrayList<>();
        for (int batch = 0; batch < BATCHES; batch++) {
            long[] values = new long[SPARSE * BATCH];
            for (int feature = 0; feature < SPARSE; feature++) {
                System.arraycopy(ids[feature], batch * BATCH, values, feature * BATCH, BATCH);
            }
            float[] dense = new float[BATCH * DENSE];
            float[] labels = new float[BATCH];
            for (int i = 0; i < dense.length; i++) {
                dense[i] = (float) CounterRandom.gaussian(SEED, 100 + batch, i);
            }
            for (int i = 0; i < labels.length; i++) {
                labels[i] = CounterRandom.uniform(SEED, 200 + batch, i) < 0.25 ? 1 : 0;
            }
            batches.add(new Sample(dense, KeyedJaggedTensor.of(features(), BATCH, values, offsets), labels));
        }
        return List.copyOf(batches);
    }
}
