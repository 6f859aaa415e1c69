package dev.herd.models.sequence;

import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.InputException;
import dev.herd.models.DenseInputs;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.Fields;
import dev.herd.nn.Parameters;
import dev.herd.nn.layer.Linear;
import dev.herd.nn.layer.Mlp;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The [Fields] of a model that leaves open how sequences are pooled: every sequence of the schema becomes
/// one embedding by a module of its own, and the rest is pooled in the tables.
///
/// Such a module runs on the unique rows of its sequence where a batch has them. It may, because all the
/// data it reads comes from one group of features that repeat together: rows that are equal in that group
/// have equal results. A module that compares a sequence with the candidate reads two groups and needs
/// every row of the batch; one over parallel sequences needs all of them in one group, or in none
/// ([EmbeddingGroup#checkParallel]). Rows that are equal share a dropout mask, too.
public final class SequenceFields {
    private SequenceFields() {}

    /// The tables: those of sequences are read id by id unless they pool themselves.
    ///
    /// **Throws** [InputException] when a module would pool sequences and the schema has none.
    public static List<EmbeddingGroup> groups(FeatureSchema schema, int width, SequencePooling pooling) {
        return switch (pooling) {
            case SequencePooling.Table() -> Fields.groups(schema, width);
            case SequencePooling.Attention attention ->
                apart(schema, width, attention.maxLength(), attention.parallel());
            case SequencePooling.Transformer transformer ->
                apart(schema, width, transformer.maxLength(), transformer.parallel());
        };
    }

    private static List<EmbeddingGroup> apart(
            FeatureSchema schema, int width, int maxLength, List<List<String>> parallel) {
        Set<String> sequences = sequences(schema);
        modules(sequences, parallel);
        return List.of(new EmbeddingGroup(
                Fields.GROUP,
                width,
                schema.without(sequences).sparse().stream()
                        .map(SparseFeature::name)
                        .toList(),
                sequences.stream()
                        .map(name -> new EmbeddingGroup.Sequence(name, name, maxLength, true))
                        .toList(),
                parallel));
    }

    /// What each module reads, in the order of the schema's sequences.
    private static List<List<String>> modules(Set<String> sequences, List<List<String>> parallel) {
        Map<String, List<String>> lists = new HashMap<>();
        for (List<String> list : parallel) {
            for (String feature : list) {
                if (!sequences.contains(feature)) {
                    throw new InputException("the model's key `sequences.parallel` names '" + feature
                            + "', which is no sequence of the schema; declare it with `arity: sequence` in the"
                            + " dataset, or take it out. Sequences: " + sequences);
                }
                lists.put(feature, list);
            }
        }
        return sequences.stream()
                .map(feature -> lists.getOrDefault(feature, List.of(feature)))
                .distinct()
                .toList();
    }

    private static Set<String> sequences(FeatureSchema schema) {
        Set<String> names = new LinkedHashSet<>();
        schema.sparse().stream()
                .filter(feature -> feature.arity() == Arity.SEQUENCE)
                .forEach(feature -> names.add(feature.name()));
        if (names.isEmpty()) {
            throw new InputException("the model's key `sequences` pools sequences by a module, and the schema has none;"
                    + " declare an id feature with `arity: sequence` in the dataset, or set the key to `table`."
                    + " Id features: "
                    + schema.sparse().stream().map(SparseFeature::name).toList());
        }
        return names;
    }

    /// Declares what the numeric inputs and the sequences need: [Fields#create] with a source for every
    /// sequence.
    ///
    /// **Throws** [InputException] when a module would pool sequences and the schema has none, or nothing
    /// would be left to learn from.
    public static Fields create(
            Parameters.Scope scope,
            FeatureSchema schema,
            int width,
            DenseInputs dense,
            Mlp.Config bottom,
            SequencePooling pooling) {
        Fields.checkNotEmpty(schema);
        return switch (pooling) {
            case SequencePooling.Table() -> Fields.create(scope, schema, width, dense, bottom);
            case SequencePooling.Attention config ->
                create(
                        scope,
                        schema,
                        width,
                        dense,
                        bottom,
                        config.parallel(),
                        own -> AttentionPooling.create(own, width));
            case SequencePooling.Transformer config ->
                create(
                        scope,
                        schema,
                        width,
                        dense,
                        bottom,
                        config.parallel(),
                        own -> TransformerPooling.create(own, width, config));
        };
    }

    /// Declares the module of one sequence.
    private interface Declaration {
        Pooling in(Parameters.Scope scope);
    }

    private static Fields create(
            Parameters.Scope scope,
            FeatureSchema schema,
            int width,
            DenseInputs dense,
            Mlp.Config bottom,
            List<List<String>> parallel,
            Declaration module) {
        Set<String> sequences = sequences(schema);
        List<Fields.Source> sources = modules(sequences, parallel).stream()
                .<Fields.Source>map(features -> source(scope.scope("sequences"), features, width, module))
                .toList();
        return Fields.create(scope, schema.without(sequences), width, dense, bottom, sources);
    }

    private static PooledSequence source(Parameters.Scope scope, List<String> features, int width, Declaration module) {
        Parameters.Scope own = scope.scope(features.getFirst());
        if (features.size() == 1) {
            return new PooledSequence(features.getFirst(), module.in(own));
        }
        Linear join = Linear.create(own.scope("join"), (long) features.size() * width, width);
        return new PooledSequence(features, join, module.in(own));
    }
}
