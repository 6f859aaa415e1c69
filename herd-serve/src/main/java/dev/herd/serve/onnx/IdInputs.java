package dev.herd.serve.onnx;

import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.embedding.EmbeddingBagConfig;
import dev.herd.embedding.EmbeddingTable;
import dev.herd.embedding.OutOfRange;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.ModelGraph;
import dev.herd.nn.graph.Node;
import dev.herd.nn.graph.Operator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The inputs of a graph computed from ids: the file brings the tables, its inputs are the features.
///
/// **Shapes**: of a feature with one id a row `[B]`, of others `[B, L]` with any L, [Lookups#PADDING]
/// where there is no id; weights in an input `<feature>/weights` of the same shape.
final class IdInputs {
    private final OnnxGraph target;
    private final Source source;
    private final Lookups lookups;
    private final Map<String, Column> columns = new HashMap<>();
    private final Map<String, String> windows = new HashMap<>();

    IdInputs(OnnxGraph target, Source source) {
        this.target = target;
        this.source = source;
        this.lookups = new Lookups(target);
    }

    /// The inputs of one feature, `[B, 1]` or `[B, L]`.
    private record Column(String ids, @Nullable String weights, boolean single) {}

    /// A sequence, the table it reads, and its group.
    private record Unpooled(EmbeddingGroup.Sequence sequence, EmbeddingTable table) {}

    String declare(Node node) {
        String name = ((Operator.Input) node.operator()).name();
        if (name.equals(ModelGraph.DENSE)) {
            return DenseNetInputs.numeric(target, source.schema());
        }
        if (name.startsWith(ModelGraph.SEQUENCE)) {
            Unpooled unpooled = unpooled(name.substring(ModelGraph.SEQUENCE.length()));
            return lookups.each(window(unpooled), unpooled.table());
        }
        if (name.startsWith(ModelGraph.MASK)) {
            Unpooled unpooled = unpooled(name.substring(ModelGraph.MASK.length()));
            return lookups.mask(window(unpooled), unpooled.table());
        }
        return pooled(name);
    }

    private String pooled(String name) {
        EmbeddingGroup group = source.tables().keySet().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no embedding group is named '" + name + "'"));
        List<String> parts = new ArrayList<>();
        for (String feature : group.pooled()) {
            EmbeddingTable table = table(group, feature, one -> one.config().features());
            Column column = column(feature, table);
            parts.add(
                    column.single()
                            ? lookups.single(column.ids(), column.weights(), table)
                            : lookups.pooled(column.ids(), column.weights(), table));
        }
        return parts.size() == 1 ? parts.getFirst() : target.node("Concat", parts, Attribute.integer("axis", 1));
    }

    private Unpooled unpooled(String feature) {
        for (EmbeddingGroup group : source.tables().keySet()) {
            for (EmbeddingGroup.Sequence sequence : group.sequences()) {
                if (sequence.feature().equals(feature)) {
                    return new Unpooled(sequence, table(group, feature, IdInputs::sequences));
                }
            }
        }
        throw new IllegalArgumentException("no embedding group lists a sequence '" + feature + "'");
    }

    private String window(Unpooled unpooled) {
        EmbeddingGroup.Sequence sequence = unpooled.sequence();
        return windows.computeIfAbsent(sequence.feature(), feature -> {
            Column column = column(feature, unpooled.table());
            return lookups.window(column.ids(), unpooled.table(), sequence.maxLength());
        });
    }

    private EmbeddingTable table(EmbeddingGroup group, String feature, Function<EmbeddingTable, List<String>> readers) {
        return source.tables().getOrDefault(group, List.of()).stream()
                .filter(table -> readers.apply(table).contains(feature))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "no table of group '" + group.name() + "' is read by feature '" + feature + "'"));
    }

    private static List<String> sequences(EmbeddingTable table) {
        return table.config().sequences().stream()
                .map(EmbeddingBagConfig.Sequence::feature)
                .toList();
    }

    private Column column(String name, EmbeddingTable table) {
        return columns.computeIfAbsent(name, key -> {
            FeatureSchema schema = source.schema();
            SparseFeature feature = schema.sparse().stream()
                    .filter(one -> one.name().equals(key))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("the schema has no id feature '" + key + "'"));
            return declare(feature, table.config().outOfRange());
        });
    }

    private Column declare(SparseFeature feature, OutOfRange outOfRange) {
        boolean single = feature.arity() == Arity.SINGLE;
        String[] shape = single ? new String[] {Port.BATCH} : new String[] {Port.BATCH, feature.name() + "_length"};
        String ids = target.input(feature.name(), OnnxType.INT64, meaning(feature, outOfRange), shape);
        String weights = feature.weighted()
                ? target.input(
                        feature.name() + "/weights", OnnxType.FLOAT32, "weights of the ids of " + feature.name(), shape)
                : null;
        return new Column(asColumn(ids, single), weights == null ? null : asColumn(weights, single), single);
    }

    private String asColumn(String values, boolean single) {
        return single ? target.node("Unsqueeze", List.of(values, target.integers(1))) : values;
    }

    private static String meaning(SparseFeature feature, OutOfRange outOfRange) {
        String ids = switch (feature.arity()) {
            case SINGLE -> "one id";
            case MULTI -> "any number of ids, padded by " + Lookups.PADDING;
            case SEQUENCE -> "ids in time order, oldest first, padded by " + Lookups.PADDING;
        };
        String outside = switch (outOfRange) {
            case FAIL -> "is refused";
            case LAST_ROW -> "reads the last row";
            case IGNORE -> "counts as none";
        };
        return ids + "; from 0 to " + (feature.rows() - 1) + ", any other " + outside;
    }
}
