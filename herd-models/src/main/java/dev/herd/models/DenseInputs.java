package dev.herd.models;

/// How the I numeric inputs enter a model that works on embeddings.
public enum DenseInputs {
    /// each by its own bias-free linear map from 1 to D: I more embeddings, as in the BARS benchmark
    EMBED,
    /// all of them through one perceptron to one more embedding, as in DLRM and Wukong
    MLP,
    /// not at all
    IGNORE
}
