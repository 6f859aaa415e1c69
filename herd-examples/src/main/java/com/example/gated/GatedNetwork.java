package com.example.gated;

import dev.herd.data.FeatureSchema;
import dev.herd.data.config.Doc;
import dev.herd.models.DenseInputs;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.Fields;
import dev.herd.models.ModelFactory;
import dev.herd.models.RankingModel;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Layer;
import dev.herd.nn.layer.Linear;
import dev.herd.nn.layer.Mlp;
import java.util.List;

/// Two layers over all embeddings side by side, whose columns are opened and closed by gates.
public final class GatedNetwork implements ModelFactory<GatedNetwork.Config> {
    /// The keys of the model.
    public record Config(
            @Doc("columns per feature") int embeddingDim,

            @Doc("columns of the first and the second layer")
            List<Integer> widths) {
        public Config {
            EmbeddingGroup.checkWidth(embeddingDim);
            if (widths.size() != 2 || widths.stream().anyMatch(width -> width < 1)) {
                throw new IllegalArgumentException("`widths` must be two positive numbers, got " + widths);
            }
        }
    }

    @Override
    public String name() {
        return "gated";
    }

    @Override
    public String summary() {
        return "Gated network: two layers whose columns are opened and closed by gates.";
    }

    @Override
    public String paper() {
        return "None: the example of docs/guides/adding-a-model.md";
    }

    @Override
    public Config defaults() {
        return new Config(16, List.of(128, 64));
    }

    @Override
    public List<EmbeddingGroup> embeddings(Config config, FeatureSchema schema) {
        return Fields.groups(schema, config.embeddingDim());
    }

    @Override
    public RankingModel create(Config config, FeatureSchema schema, Parameters.Scope parameters) {
        Fields fields = Fields.create(parameters, schema, config.embeddingDim(), DenseInputs.EMBED, Mlp.Config.of());
        int wide = config.widths().get(0);
        int narrow = config.widths().get(1);
        Layer first = Gated.create(parameters.scope("first"), fields.flatWidth(), wide);
        Layer second = Gated.create(parameters.scope("second"), wide, narrow);
        Layer out =
                Linear.create(parameters.scope("out"), narrow, schema.labels().size());
        return (ops, input) -> {
            Tensor x = fields.flat(ops, input);
            return out.forward(ops, second.forward(ops, first.forward(ops, x)));
        };
    }

    /// `ReLU(W x) * sigmoid(G x)`. **Shapes**: `[B, in]` to `[B, out]`.
    private record Gated(Linear value, Linear gate) implements Layer {
        static Gated create(Parameters.Scope scope, long in, long out) {
            return new Gated(Linear.create(scope.scope("value"), in, out), Linear.create(scope.scope("gate"), in, out));
        }

        @Override
        public Tensor forward(Ops ops, Tensor x) {
            return ops.mul(ops.relu(value.forward(ops, x)), ops.sigmoid(gate.forward(ops, x)));
        }
    }
}
