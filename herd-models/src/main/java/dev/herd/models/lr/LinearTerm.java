package dev.herd.models.lr;

import dev.herd.data.FeatureSchema;
import dev.herd.models.DenseInputs;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.Fields;
import dev.herd.models.ModelInput;
import dev.herd.nn.Init;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One weight per id and numeric input, summed: logistic regression by itself, the first-order term of FM
/// and DeepFM.
///
/// **Shapes**: result `[B, K]`; the tables have one column per task.
public final class LinearTerm {
    private static final String GROUP = "linear";

    private final int sparse;
    private final @Nullable Parameter weightKI;
    private final @Nullable Parameter biasK;

    private LinearTerm(int sparse, @Nullable Parameter weightKI, @Nullable Parameter biasK) {
        this.sparse = sparse;
        this.weightKI = weightKI;
        this.biasK = biasK;
    }

    /// The tables behind the sparse weights.
    public static List<EmbeddingGroup> groups(FeatureSchema schema) {
        int tasks = schema.labels().size();
        return schema.sparse().isEmpty() ? List.of() : List.of(EmbeddingGroup.pooled(GROUP, tasks, schema));
    }

    /// A term with a bias per task.
    public static LinearTerm create(Parameters.Scope scope, FeatureSchema schema) {
        Fields.checkNotEmpty(schema);
        Parameter bias = scope.parameter("bias", Init.ZEROS, schema.labels().size());
        return new LinearTerm(schema.sparse().size(), dense(scope, schema), bias);
    }

    /// A term that leaves the bias to another part of the model.
    public static LinearTerm withoutBias(Parameters.Scope scope, FeatureSchema schema) {
        Fields.checkNotEmpty(schema);
        return new LinearTerm(schema.sparse().size(), dense(scope, schema), null);
    }

    /// A term without a bias that leaves the numeric inputs out when its model ignores them.
    public static LinearTerm withoutBias(Parameters.Scope scope, FeatureSchema schema, DenseInputs dense) {
        return dense == DenseInputs.IGNORE
                ? new LinearTerm(schema.sparse().size(), null, null)
                : withoutBias(scope, schema);
    }

    private static @Nullable Parameter dense(Parameters.Scope scope, FeatureSchema schema) {
        int inputs = schema.dense().size();
        // The benchmark draws these weights from N(0, 1). The problem is convex, so zero ends in the same place,
        // without
        // the many steps that it takes to forget a random start.
        return inputs == 0
                ? null
                : scope.parameter("embedding.dense", Init.ZEROS, schema.labels().size(), inputs);
    }

    public Tensor forward(Ops ops, ModelInput input) {
        Tensor logits = null;
        if (sparse > 0) {
            logits = ops.sum(input.embeddings(GROUP), 1, false);
        }
        if (weightKI != null) {
            Tensor dense = ops.linear(input.dense(), weightKI, null);
            logits = logits == null ? dense : ops.add(logits, dense);
        }
        if (logits == null) {
            throw new IllegalStateException("a linear term over a schema without features");
        }
        return biasK == null ? logits : ops.add(logits, ops.parameter(biasK));
    }
}
