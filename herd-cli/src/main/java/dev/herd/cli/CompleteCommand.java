package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import dev.herd.llama.Completion;
import dev.herd.llama.Llama;
import dev.herd.llama.Request;
import dev.herd.llama.engine.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "complete",
        description = "Writes how a text goes on, with a Llama model.",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {
            "  ./herd complete model.gguf \"Once upon a time\" --tokens 100",
            "  ./herd complete model.gguf --temperature 0.8 --top-p 0.95 --seed 7 < prompt.txt"
        })
final class CompleteCommand implements Callable<Integer> {
    private final Console console;

    @Nullable
    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "PROMPT",
            description = "The text. Default: what comes from standard input, in UTF-8.")
    private String prompt;

    @Mixin
    private final LlamaOptions llama = new LlamaOptions();

    @Option(names = "--tokens", defaultValue = "256", description = "Most tokens to write. Default: ${DEFAULT-VALUE}.")
    private int tokens;

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

    @Option(names = "--stop", paramLabel = "TEXT", description = "End before this text. May be given several times.")
    private final List<String> stops = new ArrayList<>();

    @Option(names = "--json", description = "Print text, tokens, log-probabilities and times as one JSON object.")
    private boolean json;

    CompleteCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Sampling.Penalties penalties = new Sampling.Penalties(repetition, 0, 0);
        Sampling sampling = new Sampling(temperature, topK, topP, minP, penalties, Map.of(), seed);
        Request request = new Request(tokens, sampling, stops);
        String text = prompt == null ? LlamaOptions.standardInput() : prompt;
        try (Llama opened = llama.open()) {
            Completion completion = opened.complete(text, request, this::show);
            if (json) {
                console.printJson(completion);
                return ExitCodes.DONE;
            }
            console.print("");
            console.say("%d tokens of prompt in %.2f s, %d tokens written, %.1f a second."
                    .formatted(
                            completion.promptTokens(),
                            completion.promptSeconds(),
                            completion.tokens().length,
                            completion.tokensPerSecond()));
        }
        return ExitCodes.DONE;
    }

    private boolean show(String piece) {
        if (!json) {
            console.out().print(piece);
            console.out().flush();
        }
        return true;
    }
}
