package dev.herd.cli;

import dev.herd.llama.engine.Sampling;
import java.util.Map;
import picocli.CommandLine.Option;

/// How every command that writes text with a Llama model chooses its tokens.
final class SamplingOptions {
    @Option(
            names = "--temperature",
            defaultValue = "0",
            description = "Divides the logits; 0 always takes the most likely token. Default: ${DEFAULT-VALUE}.")
    private double temperature;

    @Option(names = "--top-k", defaultValue = "0", description = "Keep that many of the most likely tokens; 0 for all.")
    private int topK;

    @Option(
            names = "--top-p",
            defaultValue = "1",
            description = "Keep the most likely tokens up to this sum of probabilities. Default: ${DEFAULT-VALUE}.")
    private double topP;

    @Option(
            names = "--min-p",
            defaultValue = "0",
            description = "Drop tokens below this share of the highest probability. Default: ${DEFAULT-VALUE}.")
    private double minP;

    @Option(
            names = "--repetition-penalty",
            defaultValue = "1",
            description = "Make tokens that stand in the text less likely; 1 does nothing. Default: ${DEFAULT-VALUE}.")
    private double repetition;

    @Option(names = "--seed", defaultValue = "0", description = "Same seed, same text. Default: ${DEFAULT-VALUE}.")
    private long seed;

    Sampling sampling() {
        Sampling.Penalties penalties = new Sampling.Penalties(repetition, 0, 0);
        return new Sampling(temperature, topK, topP, minP, penalties, Map.of(), seed);
    }
}
