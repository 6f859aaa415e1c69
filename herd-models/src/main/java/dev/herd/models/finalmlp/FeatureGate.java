package dev.herd.models.finalmlp;

import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.InputException;
import dev.herd.data.config.Spelling;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.ModelInput;
import dev.herd.nn.Init;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Mlp;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Multiplies every column of the embeddings by a number in (0, 2), which a perceptron makes of the
/// embeddings of context features, in tables of their own, or of learned numbers when there are none.
///
/// **Shapes**: `[B, n * D]` to the same.
/// **Paper**: Mao et al. 2023, stream-specific feature selection.
final class FeatureGate {
    private final String group;
    private final int contexts;
    private final int width;
    private final @Nullable Parameter constant;
    private final Mlp gate;

    private FeatureGate(String group, int contexts, int width, @Nullable Parameter constant, Mlp gate) {
        this.group = group;
        this.contexts = contexts;
        this.width = width;
        this.constant = constant;
        this.gate = gate;
    }

    /// The tables of the context features of a stream; none when it has no context.
    ///
    /// **Throws** [InputException] for a name that is no id feature of the schema.
    static List<EmbeddingGroup> groups(String stream, List<String> context, int width, FeatureSchema schema) {
        List<String> known = schema.sparse().stream().map(SparseFeature::name).toList();
        for (String name : context) {
            if (!known.contains(name)) {
                throw new InputException("`" + stream + ".context` names '" + name + "', which is no id feature"
                        + Spelling.remedy(name, "id features", known));
            }
        }
        return context.isEmpty() ? List.of() : List.of(new EmbeddingGroup(group(stream), width, context, List.of()));
    }

    private static String group(String stream) {
        return stream + "_context";
    }

    /// @param columns n * D
    static FeatureGate create(
            Parameters.Scope scope, String stream, List<String> context, FinalMlp.Config config, int columns) {
        int width = config.embeddingDim();
        Parameter constant = context.isEmpty() ? scope.parameter("context", Init.ZEROS, 1, width) : null;
        Mlp.Config hidden = Mlp.Config.of(config.gate().toArray(Integer[]::new));
        int inputs = Math.multiplyExact(Math.max(1, context.size()), width);
        Mlp gate = Mlp.create(scope.scope("gate"), hidden, inputs, columns);
        return new FeatureGate(group(stream), context.size(), width, constant, gate);
    }

    Tensor forward(Ops ops, ModelInput input, Tensor embBE) {
        Tensor context = constant == null
                ? ops.reshape(input.embeddings(group), -1, (long) contexts * width)
                : ops.parameter(constant);
        return ops.mul(embBE, ops.scale(ops.sigmoid(gate.forward(ops, context)), 2));
    }
}
