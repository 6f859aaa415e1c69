package dev.herd.models.dhen;

import dev.herd.models.interaction.Interaction;
import dev.herd.models.interaction.LinearCombinations;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.TransformerEncoder;

/// `W TransformerEncoderLayer(X)`: embeddings attend to each other.
///
/// **Shapes**: `[B, n, D]` to `[B, l, D]`.
record AttendedEmbeddings(TransformerEncoder encoder, LinearCombinations out) implements Interaction {
    static AttendedEmbeddings create(Parameters.Scope scope, int n, int width, Module.Attention config) {
        return new AttendedEmbeddings(
                TransformerEncoder.create(scope.scope("encoder"), width, config.encoder()),
                LinearCombinations.create(scope.scope("out"), n, config.embeddings()));
    }

    @Override
    public Tensor forward(Ops ops, Tensor embBND) {
        return out.forward(ops, encoder.forward(ops, embBND, null));
    }

    @Override
    public int embeddings() {
        return out.embeddings();
    }
}
