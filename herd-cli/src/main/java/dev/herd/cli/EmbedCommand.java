package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import dev.herd.llama.Embedding;
import dev.herd.llama.Llama;
import dev.herd.llama.Pooling;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Gatherers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "embed",
        description = {
            "Prints the vectors of texts by a Llama model, one JSON object a text: its number, tokens and vector.",
            "Vectors have length 1: the product of two is the cosine between them."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {
            "  ./herd embed model.gguf \"Where is the station?\" \"How do I get to the train?\"",
            "  ./herd embed model.gguf --pooling last < questions.txt > vectors.jsonl"
        })
final class EmbedCommand implements Callable<Integer> {
    /// Texts whose vectors are held before they are printed.
    private static final int TEXTS = 64;

    private final Console console;

    @Parameters(
            index = "1..*",
            paramLabel = "TEXT",
            description = "The texts. Default: the lines of standard input, in UTF-8.")
    private final List<String> texts = new ArrayList<>();

    @Mixin
    private final LlamaOptions llama = new LlamaOptions();

    @Mixin
    private final AdapterOptions adapters = new AdapterOptions();

    @Option(
            names = "--pooling",
            defaultValue = "mean",
            description = "What becomes of the states of a text's tokens: ${COMPLETION-CANDIDATES}. Default:"
                    + " ${DEFAULT-VALUE}.")
    private Pooling pooling;

    /// What is printed of a text.
    private record Line(int index, int tokens, float[] embedding) {}

    EmbedCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        List<String> all =
                texts.isEmpty() ? LlamaOptions.standardInput().lines().toList() : texts;
        try (Llama opened = llama.open(adapters)) {
            int index = 0;
            for (List<String> some :
                    all.stream().gather(Gatherers.windowFixed(TEXTS)).toList()) {
                for (Embedding each : opened.embed(some, pooling)) {
                    console.printJson(new Line(index++, each.tokens(), each.vector()));
                }
            }
        }
        return ExitCodes.DONE;
    }
}
