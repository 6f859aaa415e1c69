package dev.herd.models.behavior;

import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.InputException;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.Fields;
import dev.herd.models.ModelInput;
import dev.herd.nn.Ops;
import dev.herd.nn.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The behaviors that a model reads one by one, and the rest of the schema, which it pools.
public final class Behaviors {
    private final List<Behavior> all;
    private final FeatureSchema rest;

    private Behaviors(List<Behavior> all, FeatureSchema rest) {
        this.all = List.copyOf(all);
        this.rest = rest;
    }

    /// Fills in what a configuration leaves open.
    ///
    /// @param configured the model's key `behaviors`; empty for every sequence of the schema with its item
    ///
    /// **Throws** [InputException] that says what the dataset must declare when there is no sequence or no
    /// candidate.
    public static Behaviors of(List<Behavior> configured, FeatureSchema schema) {
        List<Behavior> open = configured.isEmpty() ? everySequence(schema) : configured;
        List<Behavior> all = new ArrayList<>();
        Set<String> sequences = new HashSet<>();
        for (Behavior behavior : open) {
            requireSequence(schema, behavior.sequence());
            if (!sequences.add(behavior.sequence())) {
                throw new InputException(
                        "the model's key `behaviors` names the sequence '" + behavior.sequence() + "' twice");
            }
            all.add(new Behavior(
                    behavior.sequence(), target(schema, behavior), behavior.maxLength(), behavior.shareTable()));
        }
        return new Behaviors(all, schema.without(sequences));
    }

    private static List<Behavior> everySequence(FeatureSchema schema) {
        List<Behavior> found = schema.sparse().stream()
                .filter(feature -> feature.arity() == Arity.SEQUENCE)
                .map(feature -> Behavior.of(feature.name(), ""))
                .toList();
        if (found.isEmpty()) {
            throw new InputException(
                    "the model reads sequences of behaviors (key `behaviors`), and the schema has none;"
                            + " declare an id feature with `arity: sequence` in the dataset (a synthetic log has one with"
                            + " `features.history` above 0). Id features: " + names(schema));
        }
        return found;
    }

    private static void requireSequence(FeatureSchema schema, String name) {
        Arity arity = find(schema, name, "sequence").arity();
        if (arity != Arity.SEQUENCE) {
            throw new InputException("the model's key `behaviors` names the feature '" + name + "', which is "
                    + arity.name().toLowerCase(Locale.ROOT)
                    + "; declare it with `arity: sequence` in the dataset, oldest id first");
        }
    }

    private static String target(FeatureSchema schema, Behavior behavior) {
        String name = behavior.target().isEmpty() ? schema.item() : behavior.target();
        if (name == null) {
            throw new InputException("the schema names no item to compare the sequence '" + behavior.sequence()
                    + "' with; declare `features.item` in the dataset, or set `target` in the model's key `behaviors`");
        }
        if (find(schema, name, "target").arity() == Arity.SEQUENCE) {
            throw new InputException("the model's key `behaviors` has the sequence '" + name
                    + "' as a `target`, which must be a feature of the candidate");
        }
        return name;
    }

    private static SparseFeature find(FeatureSchema schema, String name, String key) {
        return schema.sparse().stream()
                .filter(feature -> feature.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new InputException("`" + key + "` in the model's key `behaviors` is '" + name
                        + "', which is not among the id features " + names(schema)));
    }

    private static List<String> names(FeatureSchema schema) {
        return schema.sparse().stream().map(SparseFeature::name).toList();
    }

    /// Every behavior, its candidate filled in.
    public List<Behavior> all() {
        return all;
    }

    /// The schema without the sequences: what [Fields] reads.
    public FeatureSchema rest() {
        return rest;
    }

    /// The tables: the rest pooled, the sequences apart.
    public List<EmbeddingGroup> groups(int width) {
        List<EmbeddingGroup.Sequence> sequences = all.stream()
                .map(b -> new EmbeddingGroup.Sequence(
                        b.sequence(), b.shareTable() ? b.target() : b.sequence(), b.maxLength()))
                .toList();
        return List.of(new EmbeddingGroup(Fields.GROUP, width, names(rest), sequences));
    }

    /// The candidate of a behavior. **Shapes**: result `[B, 1, D]`.
    public Tensor target(Ops ops, ModelInput input, Behavior behavior) {
        int at = names(rest).indexOf(behavior.target());
        return ops.slice(input.embeddings(Fields.GROUP), 1, at, at + 1L);
    }
}
