package dev.herd.data.dataset;

import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.FeatureSchema.SparseFeature;
import java.util.List;
import java.util.stream.IntStream;

/// Where a schema's columns lie in a [RowBlock] and what they are called and typed in a Parquet part.
///
/// Labels and dense features are `FLOAT`; single ids `INTEGER` or, from 2^31 rows on, `BIGINT`; several ids a `LIST` of
/// the same; their weights a `LIST` of `FLOAT` beside them. Session and time are `BIGINT`.
final class RowLayout {
    static final String SESSION = "#session";
    static final String TIMESTAMP = "#timestamp";
    private static final String WEIGHTS = "#weights";

    final FeatureSchema schema;
    final List<String> keys;
    /// K labels, then I dense features: the width of a row of numbers.
    final int numbers;

    final int labels;
    /// Feature indexes of the single-valued features, in schema order.
    final int[] singles;
    /// Feature indexes of the multi-valued and sequence features, in schema order.
    final int[] lists;
    /// Whether ids of some single-valued feature need 64 bits.
    final boolean wide;

    RowLayout(FeatureSchema schema) {
        this.schema = schema;
        keys = schema.sparse().stream().map(SparseFeature::name).toList();
        labels = schema.labels().size();
        numbers = labels + schema.dense().size();
        int features = schema.sparse().size();
        singles = IntStream.range(0, features).filter(f -> isSingle(feature(f))).toArray();
        lists = IntStream.range(0, features).filter(f -> !isSingle(feature(f))).toArray();
        wide = IntStream.of(singles).anyMatch(f -> isWide(feature(f)));
    }

    /// A weighted id takes the form of a list, whatever its arity, because its weight needs a place.
    private static boolean isSingle(SparseFeature feature) {
        return feature.arity() == Arity.SINGLE && !feature.weighted();
    }

    static boolean isWide(SparseFeature feature) {
        return feature.rows() > 1L << 31;
    }

    SparseFeature feature(int index) {
        return schema.sparse().get(index);
    }

    String numberColumn(int number) {
        return number < labels
                ? schema.labels().get(number)
                : schema.dense().get(number - labels).name();
    }

    static String weightsColumn(SparseFeature feature) {
        return feature.name() + WEIGHTS;
    }

    boolean hasSession() {
        return schema.session() != null;
    }

    boolean hasTimestamp() {
        return schema.timestamp() != null;
    }
}
