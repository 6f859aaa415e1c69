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
/// @param unchanged share of rows that repeat the row before in their session
/// @param group columns of the same number change together; negative for a column of its own
record Column(
        String name, Kind kind, long ids, int minLength, int maxLength, boolean weighted, double unchanged, int group) {
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
        /// a long list of which the oldest id goes when a new one comes
        SLIDING,
        /// a long list that is drawn anew
        REDRAWN,
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
        double unchanged = traffic.unchanged();
        columns.add(single("user", Kind.USER, traffic.users(), 1));
        columns.add(single("item", Kind.ITEM, traffic.items(), 0));
        for (int i = 0; i < features.categories().size(); i++) {
            columns.add(
                    single("category" + i, Kind.CATEGORY, features.categories().get(i), unchanged));
        }
        for (int i = 0; i < features.tags().size(); i++) {
            LogFeatures.Tags tags = features.tags().get(i);
            columns.add(new Column(
                    "tags" + i,
                    Kind.TAGS,
                    tags.ids(),
                    tags.minLength(),
                    tags.maxLength(),
                    tags.weighted(),
                    unchanged,
                    -1));
        }
        if (features.history() > 0) {
            columns.add(
                    new Column("history", Kind.HISTORY, traffic.items(), 1, features.history(), false, unchanged, -1));
        }
        addSequences(features.sequences(), columns);
        for (int i = 0; i < features.dense(); i++) {
            columns.add(new Column("dense" + i, Kind.DENSE, 0, 1, 1, false, unchanged, -1));
        }
        return List.copyOf(columns);
    }

    private static void addSequences(List<LogFeatures.Sequence> sequences, List<Column> columns) {
        for (int i = 0; i < sequences.size(); i++) {
            LogFeatures.Sequence sequence = sequences.get(i);
            Kind kind = switch (sequence.change()) {
                case SLIDE -> Kind.SLIDING;
                case REDRAW -> Kind.REDRAWN;
            };
            for (int j = 0; j < sequence.together(); j++) {
                columns.add(new Column(
                        "sequence" + i + (sequence.together() == 1 ? "" : "_" + j),
                        kind,
                        sequence.ids(),
                        sequence.minLength(),
                        sequence.maxLength(),
                        false,
                        sequence.unchanged(),
                        i));
            }
        }
    }

    private static Column single(String name, Kind kind, long ids, double unchanged) {
        return new Column(name, kind, ids, 1, 1, false, unchanged, -1);
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
            case HISTORY, SLIDING, REDRAWN -> Arity.SEQUENCE;
            case DENSE -> throw new IllegalStateException(name + " holds no ids");
        };
        return new SparseFeature(name, arity, ids, weighted);
    }
}
