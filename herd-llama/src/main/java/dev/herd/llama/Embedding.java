package dev.herd.llama;

/// The vector of a text: of length 1, so that the product of two vectors is the cosine between them.
///
/// @param vector as wide as the model
/// @param tokens of the text, marks included
public record Embedding(float[] vector, int tokens) {}
