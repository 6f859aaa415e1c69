package dev.herd.models.dhen;

import dev.herd.models.interaction.Interaction;
import dev.herd.models.interaction.LinearCombinations;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Linear;

/// `X * (W X + b)` with X as one long vector: a cross layer whose skip is the DHEN layer's.
///
/// **Shapes**: `[B, n, D]` to `[B, l, D]`; W is `[n D, n D]`.
/// **Paper**: DCN V2 (arXiv 2008.13535), equation 1.
record CrossInteractions(Linear map, LinearCombinations out, int n, int width) implements Interaction {
    static CrossInteractions create(Parameters.Scope scope, int n, int width, int embeddings) {
        long flat = (long) n * width;
        return new CrossInteractions(
                Linear.create(scope.scope("cross"), flat, flat),
                LinearCombinations.create(scope.scope("out"), n, embeddings),
                n,
                width);
    }

    @Override
    public Tensor forward(Ops ops, Tensor embBND) {
        Tensor flat = ops.reshape(embBND, -1, (long) n * width);
        Tensor crossed = ops.mul(flat, map.forward(ops, flat));
        return out.forward(ops, ops.reshape(crossed, -1, n, width));
    }

    @Override
    public int embeddings() {
        return out.embeddings();
    }
}
