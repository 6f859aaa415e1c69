package dev.herd.models.interaction;

/// How the results of a layer's interactions become one list of embeddings.
public enum Ensemble {
    /// one behind the other
    CONCAT,
    /// added up, so all give the same number
    SUM,
    /// added up with a learned weight each, which starts at 1
    WEIGHTED_SUM,
    /// added up with a weight each that a softmax over the input decides, row by row: a mixture of experts
    GATED
}
