package dev.herd.models;

import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.FeatureSchema.DenseFeature;
import dev.herd.data.FeatureSchema.SparseFeature;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Schemas for tests.
public final class Schemas {
    private Schemas() {}

    /// One label, numeric inputs, and id features of the given total number of rows, spread as evenly as
    /// may be.
    public static FeatureSchema of(int dense, int sparse, long rows) {
        return of(1, dense, sparse, rows);
    }

    /// Two numeric inputs, a user, an item, tags, and two sequences: items seen before, and searches.
    public static FeatureSchema withSequences(int tasks, int dense) {
        FeatureSchema plain = of(tasks, dense, 0, 0);
        List<SparseFeature> ids = List.of(
                new SparseFeature("user", Arity.SINGLE, 10, false),
                new SparseFeature("history", Arity.SEQUENCE, 12, false),
                new SparseFeature("item", Arity.SINGLE, 12, false),
                new SparseFeature("tags", Arity.MULTI, 5, false),
                new SparseFeature("searches", Arity.SEQUENCE, 9, false));
        return new FeatureSchema(plain.labels(), plain.dense(), ids, null, null, "item");
    }

    public static FeatureSchema of(int tasks, int dense, int sparse, long rows) {
        List<SparseFeature> ids = new ArrayList<>();
        for (int i = 0; i < sparse; i++) {
            long share = rows * (i + 1) / sparse - rows * i / sparse;
            ids.add(new SparseFeature("c" + i, Arity.SINGLE, share, false));
        }
        List<String> labels =
                IntStream.range(0, tasks).mapToObj(i -> "label" + i).toList();
        List<DenseFeature> numeric = IntStream.range(0, dense)
                .mapToObj(i -> new DenseFeature("i" + i))
                .toList();
        return new FeatureSchema(labels, numeric, ids, null, null, null);
    }
}
