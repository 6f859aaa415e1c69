package dev.herd.models;

import dev.herd.nn.Ops;
import dev.herd.nn.Tensor;

/// A ranking network between the pooled embeddings and the logits, written once against [Ops].
public interface RankingModel {
    /// **Shapes**: result `[B, K]`, one logit per row and task.
    Tensor forward(Ops ops, ModelInput input);
}
