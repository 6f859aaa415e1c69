package dev.herd.llama.weights;

/// Which numbers of a head the rotary embedding turns together; query and key weights are stored to match.
public enum RopeLayout {
    /// Pairs `(2i, 2i + 1)`: GGUF files of this architecture and the original checkpoints.
    INTERLEAVED,
    /// Pairs `(i, i + headDim / 2)`: Hugging Face files.
    HALVES
}
