package dev.herd.llama.engine;

import java.util.List;

/// How much an engine takes, how it computes, and what it adds to its weights.
///
/// @param threads that compute, the caller included
/// @param positions of all sequences together for which keys and values are kept
/// @param batch most tokens of one step
/// @param memoryLimit most bytes that keys, values and scratch space may take
/// @param activations how they meet weights
/// @param kv how keys and values are held
/// @param adapters added to the weights; their memory comes on top of the limit
public record EngineOptions(
        int threads,
        int positions,
        int batch,
        long memoryLimit,
        Activations activations,
        KvPrecision kv,
        List<Adapter> adapters) {
    public EngineOptions {
        adapters = List.copyOf(adapters);
        if (threads < 1 || positions < 1 || batch < 1 || memoryLimit < 1) {
            throw new IllegalArgumentException("threads, positions, batch and memoryLimit must be positive, got "
                    + threads + ", " + positions + ", " + batch + ", " + memoryLimit);
        }
    }

    /// One thread, 4,096 positions, steps of up to 512 tokens, at most 8 GiB, keys and values as computed,
    /// and the activations that are fastest on this machine.
    public static EngineOptions defaults() {
        return new EngineOptions(1, 4096, 512, 8L << 30, Activations.fastest(), KvPrecision.FP32, List.of());
    }

    public EngineOptions withThreads(int threads) {
        return new EngineOptions(threads, positions, batch, memoryLimit, activations, kv, adapters);
    }

    public EngineOptions withPositions(int positions) {
        return new EngineOptions(threads, positions, batch, memoryLimit, activations, kv, adapters);
    }

    public EngineOptions withBatch(int batch) {
        return new EngineOptions(threads, positions, batch, memoryLimit, activations, kv, adapters);
    }

    public EngineOptions withMemoryLimit(long memoryLimit) {
        return new EngineOptions(threads, positions, batch, memoryLimit, activations, kv, adapters);
    }

    public EngineOptions withActivations(Activations activations) {
        return new EngineOptions(threads, positions, batch, memoryLimit, activations, kv, adapters);
    }

    public EngineOptions withKv(KvPrecision kv) {
        return new EngineOptions(threads, positions, batch, memoryLimit, activations, kv, adapters);
    }

    public EngineOptions withAdapters(List<Adapter> adapters) {
        return new EngineOptions(threads, positions, batch, memoryLimit, activations, kv, adapters);
    }
}
