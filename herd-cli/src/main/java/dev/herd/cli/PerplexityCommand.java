package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import dev.herd.llama.Llama;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "perplexity",
        description = "Tells how well a Llama model predicts a text: e to the power of the mean loss of its tokens.",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {"  ./herd perplexity model.gguf book.txt --window 512"})
final class PerplexityCommand implements Callable<Integer> {
    private final Console console;

    @Nullable
    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FILE",
            description = "A text in UTF-8. Default: what comes from standard input.")
    private Path file;

    @Mixin
    private final LlamaOptions llama = new LlamaOptions();

    @Mixin
    private final AdapterOptions adapters = new AdapterOptions();

    @Option(
            names = "--window",
            defaultValue = "512",
            description = "The text is read in pieces of that many tokens, each by itself. Default: ${DEFAULT-VALUE}.")
    private int window;

    @Option(names = "--json", description = "Print the same as one JSON object.")
    private boolean json;

    PerplexityCommand(Console console) {
        this.console = console;
    }

    /// What is printed for machines.
    private record Result(double perplexity, double meanLoss, int tokens) {}

    @Override
    public Integer call() {
        String text = text();
        try (Llama opened = llama.open(adapters)) {
            double[] logs = opened.logProbabilities(text, window);
            double loss = -Arrays.stream(logs).average().orElseThrow();
            Result result = new Result(Math.exp(loss), loss, logs.length);
            if (json) {
                console.printJson(result);
            } else {
                console.print("perplexity %.4f, mean loss %.4f over %,d tokens"
                        .formatted(result.perplexity(), loss, logs.length));
            }
        }
        return ExitCodes.DONE;
    }

    private String text() {
        return file == null ? LlamaOptions.standardInput() : LlamaOptions.text(file);
    }
}
