package dev.herd.models.interaction;

import dev.herd.nn.Ops;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Linear;

/// `W X`: l linear combinations of the embeddings, without bias. Wukong's linear compress block, DHEN's
/// linear module, and
/// the projected shortcut of both.
///
/// **Shapes**: `[B, n, D]` to `[B, l, D]`.
public record LinearCombinations(Linear map, int embeddings) implements Interaction {
    public static LinearCombinations create(Parameters.Scope scope, int n, int embeddings) {
        return new LinearCombinations(Linear.withoutBias(scope, n, embeddings), embeddings);
    }

    @Override
    public Tensor forward(Ops ops, Tensor embBND) {
        return ops.transpose(map.forward(ops, ops.transpose(embBND, 1, 2)), 1, 2);
    }
}
