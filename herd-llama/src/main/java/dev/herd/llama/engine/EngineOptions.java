package dev.herd.llama.engine;

/// How much an engine takes.
///
/// @param threads that compute, the caller included
/// @param positions of all sequences together for which keys and values are kept
/// @param batch most tokens of one step
/// @param memoryLimit most bytes that keys, values and scratch space may take
/// @param activations how they meet weights
/// @param kv how keys and values are held
public record EngineOptions(
        int threads, int positions, int batch, long memoryLimit, Activations activations, KvPrecision kv) {
    public EngineOptions {
        if (threads < 1 || positions < 1 || batch < 1 || memoryLimit < 1) {
            throw new IllegalArgumentException("threads, positions, batch and memoryLimit must be positive, got "
                    + threads + ", " + positions + ", " + batch + ", " + memoryLimit);
        }
    }

    /// One thread, 4,096 positions, steps of up to 512 tokens, at most 8 GiB, keys and values as computed,
    /// and the activations that are fastest on this machine.
    public static EngineOptions defaults() {
        return new EngineOptions(1, 4096, 512, 8L << 30, Activations.fastest(), KvPrecision.FP32);
    }

    public EngineOptions withThreads(int threads) {
        return new EngineOptions(threads, positions, batch, memoryLimit, activations, kv);
    }

    public EngineOptions withPositions(int positions) {
        return new EngineOptions(threads, positions, batch, memoryLimit, activations, kv);
    }

    public EngineOptions withBatch(int batch) {
        return new EngineOptions(threads, positions, batch, memoryLimit, activations, kv);
    }

    public EngineOptions withMemoryLimit(long memoryLimit) {
        return new EngineOptions(threads, positions, batch, memoryLimit, activations, kv);
    }

    public EngineOptions withActivations(Activations activations) {
        return new EngineOptions(threads, positions, batch, memoryLimit, activations, kv);
    }

    public EngineOptions withKv(KvPrecision kv) {
        return new EngineOptions(threads, positions, batch, memoryLimit, activations, kv);
    }
}
