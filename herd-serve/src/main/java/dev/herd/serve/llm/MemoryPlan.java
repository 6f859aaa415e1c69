package dev.herd.serve.llm;

import dev.herd.llama.batching.BatchingOptions;
import dev.herd.llama.engine.EngineOptions;
import dev.herd.llama.engine.LlamaEngine;
import dev.herd.llama.weights.WeightFile;
import java.nio.file.Path;

/// Bytes that a served model takes, known before any weight is read.
///
/// @param weights mapped from the file: the system can take them back and read them again
/// @param cache keys and values of all positions
/// @param scratch activations of the largest step
public record MemoryPlan(long weights, long cache, long scratch) {
    /// Reads the table of the file and no weights.
    public static MemoryPlan of(Path path, EngineOptions options, BatchingOptions batching) {
        try (WeightFile file = WeightFile.open(path)) {
            return new MemoryPlan(
                    file.tensors().stream()
                            .mapToLong(tensor -> tensor.data().byteSize())
                            .sum(),
                    LlamaEngine.cacheBytes(file.config(), options.kv(), options.positions()),
                    LlamaEngine.activationBytes(file.config(), batching.batch()));
        }
    }
}
