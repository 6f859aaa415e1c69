package dev.herd.llama.engine;

import java.nio.file.Path;

/// A LoRA adapter to be added to a model.
///
/// @param path a GGUF file or a folder, see [dev.herd.llama.weights.LoraFile]
/// @param scale times the adapter's own, 1 for the adapter as it was trained
public record Adapter(Path path, double scale) {
    public Adapter {
        if (!Double.isFinite(scale)) {
            throw new IllegalArgumentException("an adapter's scale must be finite, got " + scale);
        }
    }
}
