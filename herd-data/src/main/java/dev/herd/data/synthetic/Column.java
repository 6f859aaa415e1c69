package dev.herd.data.synthetic;

import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.FeatureSchema.DenseFeature;
import dev.herd.data.FeatureSchema.SparseFeature;
import java.util.ArrayList;
import java.util.List;

/// One column of the log.
///
/// @param ids number of distinct ids; 0 for dense columns
/// @param minLength fewest ids of a row
/// @param maxLength most ids of a row
record Column(String name, Kind kind, long ids, int minLength, int maxLength, boolean weighted) {
    /// Ids are permuted by products of two of them, which must fit into 63 bits.
    static final long MAX_IDS = 1L << 31;

    static final int MAX_LENGTH = 10_000;

    /// Where the values of a column come from.
    enum Kind {
        /// the same in all rows of a session
        USER,
        /// drawn anew for every row
        ITEM,
        CATEGORY,
        TAGS,
        /// items seen before, the newest last
        HISTORY,
        DENSE
    }

    static void checkIds(String what, long ids) {
        if (ids < 1 || ids > MAX_IDS) {
            throw new IllegalArgumentException(what + " must have from 1 to " + MAX_IDS + " ids, got " + ids);
        }
    }

    /// All columns, the sparse ones first.
    static List<Column> of(Traffic traffic, LogFeatures features) {
        List<Column> columns = new ArrayList<>();
        columns.add(single("user", Kind.USER, traffic.users()));
        columns.add(single("item", Kind.ITEM, traffic.items()));
        for (int i = 0; i < features.categories().size(); i++) {
            columns.add(
                    single("category" + i, Kind.CATEGORY, features.categories().get(i)));
        }
        for (int i = 0; i < features.tags().size(); i++) {
            LogFeatures.Tags tags = features.tags().get(i);
            columns.add(
                    new Column("tags" + i, Kind.TAGS, tags.ids(), tags.minLength(), tags.maxLength(), tags.weighted()));
        }
        if (features.history() > 0) {
            columns.add(new Column("history", Kind.HISTORY, traffic.items(), 1, features.history(), false));
        }
        for (int i = 0; i < features.dense(); i++) {
            columns.add(new Column("dense" + i, Kind.DENSE, 0, 1, 1, false));
        }
        return List.copyOf(columns);
    }

    private static Column single(String name, Kind kind, long ids) {
        return new Column(name, kind, ids, 1, 1, false);
    }

    static FeatureSchema schema(List<Column> columns) {
        return new FeatureSchema(
                List.of("click"),
                columns.stream()
                        .filter(column -> !column.sparse())
                        .map(column -> new DenseFeature(column.name()))
                        .toList(),
                columns.stream()
                        .filter(Column::sparse)
                        .map(Column::sparseFeature)
                        .toList(),
                "session",
                "timestamp",
                "item");
    }

    boolean sparse() {
        return kind != Kind.DENSE;
    }

    private SparseFeature sparseFeature() {
        Arity arity = switch (kind) {
            case USER, ITEM, CATEGORY -> Arity.SINGLE;
            case TAGS -> Arity.MULTI;
            case HISTORY -> Arity.SEQUENCE;
            case DENSE -> throw new IllegalStateException(name + " holds no ids");
        };
        return new SparseFeature(name, arity, ids, weighted);
    }
}
