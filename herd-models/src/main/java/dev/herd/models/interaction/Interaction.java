package dev.herd.models.interaction;

import dev.herd.nn.Ops;
import dev.herd.nn.Tensor;

/// A way for n embeddings to interact that gives embeddings again.
public interface Interaction {
    /// **Shapes**: `[B, n, D]` to `[B, l, D]`.
    Tensor forward(Ops ops, Tensor embBND);

    /// l, the number of embeddings it gives.
    int embeddings();
}
