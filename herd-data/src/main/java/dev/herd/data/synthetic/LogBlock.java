package dev.herd.data.synthetic;

import dev.herd.data.Batch;

/// Consecutive rows of the log, in order of time, with the probabilities their labels were drawn from.
///
/// **Shapes**: `clickProbabilities[B]`.
public record LogBlock(String split, Batch batch, double[] clickProbabilities) {}
