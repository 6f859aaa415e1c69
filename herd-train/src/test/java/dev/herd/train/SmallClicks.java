package dev.herd.train;

import dev.herd.data.Batch;
import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.FeatureSchema.DenseFeature;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.Features;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.data.dataset.DatasetWriter;
import dev.herd.numerics.CounterRandom;
import java.nio.file.Path;
import java.util.List;

/// A small click log with planted taste: of users, items, pairs of them, and one number.
public final class SmallClicks {
    static final FeatureSchema SCHEMA = new FeatureSchema(
            List.of("click"),
            List.of(new DenseFeature("price"), new DenseFeature("age")),
            List.of(
                    new SparseFeature("user", Arity.SINGLE, 40, false),
                    new SparseFeature("item", Arity.SINGLE, 30, false),
                    new SparseFeature("tags", Arity.MULTI, 12, false)),
            "session",
            null,
            null);

    private static final int BATCH = 250;

    private SmallClicks() {}

    public static Path write(Path folder, int train, int validation) {
        try (DatasetWriter writer = DatasetWriter.create(folder, SCHEMA)) {
            write(writer, "train", train, 0);
            write(writer, "validation", validation, 1_000_000);
            write(writer, "test", validation, 2_000_000);
            return writer.finish().folder();
        }
    }

    private static void write(DatasetWriter writer, String split, int rows, int first) {
        for (int start = 0; start < rows; start += BATCH) {
            writer.write(split, batch(first + start, Math.min(BATCH, rows - start)));
        }
    }

    public static Batch batch(int first, int size) {
        float[] dense = new float[size * 2];
        float[] labels = new float[size];
        long[] sessions = new long[size];
        int tags = 0;
        for (int i = 0; i < size; i++) {
            tags += (int) draw(first + i, 4, 4);
        }
        long[] ids = new long[2 * size + tags];
        int[] offsets = new int[3 * size + 1];
        int at = 2 * size;
        for (int i = 0; i < size; i++) {
            int row = first + i;
            long user = draw(row, 0, 40);
            long item = draw(row, 1, 30);
            dense[2 * i] = (float) CounterRandom.gaussian(9, row, 2);
            dense[2 * i + 1] = (float) CounterRandom.gaussian(9, row, 3);
            double logit = ((user & 1) == 0 ? 0.9 : -0.9) + (item % 3 == 0 ? 1.1 : -0.6);
            logit += ((user ^ item) & 2) == 0 ? 0.4 : -0.4;
            logit += 0.7 * dense[2 * i];
            labels[i] = CounterRandom.uniform(9, row, 5) < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
            sessions[i] = user;
            ids[i] = user;
            ids[size + i] = item;
            offsets[i] = i;
            offsets[size + i] = size + i;
            offsets[2 * size + i] = at;
            for (long t = 0; t < draw(row, 4, 4); t++) {
                ids[at++] = draw(row, 10 + t, 12);
            }
        }
        offsets[3 * size] = at;
        KeyedJaggedTensor sparse = KeyedJaggedTensor.of(List.of("user", "item", "tags"), size, ids, offsets);
        return new Batch(new Features(size, dense, sparse), labels, sessions, new long[0]);
    }

    private static long draw(int row, long what, long bound) {
        return CounterRandom.below(9, row, 100 + what, bound);
    }
}
