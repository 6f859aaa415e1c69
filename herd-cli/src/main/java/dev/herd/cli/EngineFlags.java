package dev.herd.cli;

import dev.herd.data.InputException;
import dev.herd.llama.engine.Activations;
import dev.herd.llama.engine.EngineOptions;
import dev.herd.llama.engine.KvPrecision;
import dev.herd.numerics.int8.Int8Product;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How a Llama model computes, for every command that runs one.
final class EngineFlags {
    @Option(names = "--threads", description = "Threads that compute. Default: as many as the machine has processors.")
    private int threads = Runtime.getRuntime().availableProcessors();

    /// Absent for what is fastest, which is found out only when a model is opened.
    @Option(
            names = "--activations",
            paramLabel = "KIND",
            description = "How activations meet weights: fp32, or int8, rounded to eight bits and several times as fast"
                    + " (Linux on amd64 with AVX-512 VNNI). Default: int8 where it is fast.")
    @Nullable
    private Activations activations;

    @Option(
            names = "--kv",
            paramLabel = "PRECISION",
            defaultValue = "fp32",
            description = "How keys and values are held: fp32, fp16 in half the memory, q8 in about a quarter. Default:"
                    + " ${DEFAULT-VALUE}.")
    private KvPrecision kv;

    @Option(
            names = "--memory-limit",
            paramLabel = "SIZE",
            defaultValue = "8GiB",
            description = "Most that keys, values and scratch space may take. Default: ${DEFAULT-VALUE}.")
    private String limit;

    /// **Throws** [InputException] for activations that would be very slow here.
    EngineOptions options(int positions) {
        if (activations == Activations.INT8 && Int8Product.obstacle().isPresent()) {
            throw new InputException("--activations int8 would take minutes for a sentence: "
                    + Int8Product.obstacle().get() + ". Leave the option out");
        }
        EngineOptions options = EngineOptions.defaults()
                .withThreads(threads)
                .withPositions(positions)
                .withMemoryLimit(Quantities.bytes("--memory-limit", limit))
                .withKv(kv);
        return activations == null ? options : options.withActivations(activations);
    }
}
