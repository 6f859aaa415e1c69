package dev.herd.models;

import dev.herd.data.FeatureSchema;
import dev.herd.data.InputException;
import dev.herd.nn.Init;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Layer;
import dev.herd.nn.layer.Linear;
import dev.herd.nn.layer.Mlp;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The n embeddings a model starts from: the pooled sparse ones, those that modules make of the rest of the
/// input, and those made of the numeric inputs, all of width D.
///
/// **Shapes**: result `[B, n, D]`, the pooled features first, in the schema's order, the numeric ones last.
public final class Fields {
    /// The group under which a model's embedding tables are declared.
    public static final String GROUP = "embedding";

    /// One embedding that a module makes.
    @FunctionalInterface
    public interface Source {
        /// **Shapes**: result `[B, D]`.
        Tensor forward(Ops ops, ModelInput input);
    }

    private final String group;
    private final int sparse;
    private final List<Source> sources;
    private final int inputs;
    private final int width;
    private final @Nullable Parameter weightID;
    private final @Nullable Layer bottom;

    private Fields(
            String group,
            FeatureSchema schema,
            List<Source> sources,
            int width,
            @Nullable Parameter weightID,
            @Nullable Layer bottom) {
        this.group = group;
        this.sparse = schema.sparse().size();
        this.sources = List.copyOf(sources);
        this.inputs = schema.dense().size();
        this.width = width;
        this.weightID = weightID;
        this.bottom = bottom;
    }

    /// The tables behind the sparse fields; none when the schema has no id features.
    public static List<EmbeddingGroup> groups(FeatureSchema schema, int width) {
        return groups(GROUP, schema, width);
    }

    /// The same under another name, for a model with several embeddings per feature.
    public static List<EmbeddingGroup> groups(String group, FeatureSchema schema, int width) {
        return schema.sparse().isEmpty() ? List.of() : List.of(EmbeddingGroup.pooled(group, width, schema));
    }

    /// Declares what the numeric inputs need.
    ///
    /// @param bottom the perceptron for [DenseInputs#MLP]; its last map, to D columns, has the activation
    ///     too
    /// **Throws** [InputException] when nothing would be left to learn from.
    public static Fields create(
            Parameters.Scope scope, FeatureSchema schema, int width, DenseInputs dense, Mlp.Config bottom) {
        return create(scope, GROUP, schema, width, dense, bottom);
    }

    /// The same with the tables of another group; a scope of its own keeps the numeric inputs' parameters
    /// apart.
    public static Fields create(
            Parameters.Scope scope,
            String group,
            FeatureSchema schema,
            int width,
            DenseInputs dense,
            Mlp.Config bottom) {
        checkNotEmpty(schema);
        Fields fields = declare(scope, group, schema, width, dense, bottom);
        if (fields.count() == 0) {
            throw new InputException("the model has nothing to learn from: the schema has no id features and the"
                    + " numeric ones are ignored; set the model's key `dense` to `embed` or `mlp`");
        }
        return fields;
    }

    /// The same with embeddings that modules make, at least one.
    ///
    /// @param schema what is pooled, and the numeric inputs; may be empty
    public static Fields create(
            Parameters.Scope scope,
            FeatureSchema schema,
            int width,
            DenseInputs dense,
            Mlp.Config bottom,
            List<Source> sources) {
        if (sources.isEmpty()) {
            throw new IllegalArgumentException("fields with sources need at least one");
        }
        Fields own = declare(scope, GROUP, schema, width, dense, bottom);
        return new Fields(GROUP, schema, sources, width, own.weightID, own.bottom);
    }

    private static Fields declare(
            Parameters.Scope scope,
            String group,
            FeatureSchema schema,
            int width,
            DenseInputs dense,
            Mlp.Config bottom) {
        int inputs = schema.dense().size();
        return switch (inputs == 0 ? DenseInputs.IGNORE : dense) {
            case EMBED -> embedded(scope, group, schema, width, new Init.Normal(Math.sqrt(2.0 / (1 + width))));
            case MLP -> {
                Layer perceptron = bottom(scope.scope("bottom"), inputs, width, bottom);
                yield new Fields(group, schema, List.of(), width, null, perceptron);
            }
            case IGNORE -> new Fields(group, schema, List.of(), width, null, null);
        };
    }

    /// Refuses a schema without any feature.
    ///
    /// **Throws** [InputException].
    public static void checkNotEmpty(FeatureSchema schema) {
        if (schema.sparse().isEmpty() && schema.dense().isEmpty()) {
            throw new InputException("the model has nothing to learn from: the schema has no id features and no"
                    + " numeric ones; declare at least one feature in the dataset");
        }
    }

    /// Fields whose inner products are the model's answer, without weights in between: numeric inputs are
    /// embedded, and their factors start as small as those of ids usually do, so that the first answers
    /// are not noise.
    public static Fields factors(Parameters.Scope scope, FeatureSchema schema, int width) {
        checkNotEmpty(schema);
        return embedded(scope, GROUP, schema, width, new Init.Normal(0.01));
    }

    private static Fields embedded(Parameters.Scope scope, String group, FeatureSchema schema, int width, Init init) {
        int inputs = schema.dense().size();
        return new Fields(
                group,
                schema,
                List.of(),
                width,
                inputs == 0 ? null : scope.parameter(GROUP + ".dense", init, inputs, width),
                null);
    }

    private static Layer bottom(Parameters.Scope scope, int inputs, int width, Mlp.Config config) {
        Mlp hidden = Mlp.hidden(scope, config, inputs);
        Linear out = Linear.create(scope.scope("out"), hidden.width(), width);
        return (ops, x) -> config.activation().forward(ops, out.forward(ops, hidden.forward(ops, x)));
    }

    /// n, the number of embeddings.
    public int count() {
        int dense = weightID != null ? inputs : bottom != null ? 1 : 0;
        return sparse + sources.size() + dense;
    }

    /// D.
    public int width() {
        return width;
    }

    /// Whether the last embedding is the perceptron's.
    public boolean hasBottom() {
        return bottom != null;
    }

    /// Columns of [#flat].
    public int flatWidth() {
        return Math.multiplyExact(count(), width);
    }

    /// **Shapes**: result `[B, n, D]`.
    public Tensor forward(Ops ops, ModelInput input) {
        List<Tensor> parts = new ArrayList<>();
        if (sparse > 0) {
            parts.add(input.embeddings(group));
        }
        for (Source source : sources) {
            parts.add(ops.reshape(source.forward(ops, input), -1, 1, width));
        }
        if (weightID != null) {
            parts.add(ops.mul(ops.reshape(input.dense(), -1, inputs, 1), ops.parameter(weightID)));
        }
        if (bottom != null) {
            parts.add(ops.reshape(bottom.forward(ops, input.dense()), -1, 1, width));
        }
        return parts.size() == 1 ? parts.getFirst() : ops.concat(parts, 1);
    }

    /// The embeddings side by side. **Shapes**: result `[B, n * D]`.
    public Tensor flat(Ops ops, ModelInput input) {
        return ops.reshape(forward(ops, input), -1, flatWidth());
    }
}
