package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "quantize",
        description = {
            "With --tables: holds the embedding tables of a trained run in fewer bits, tells for each table what that saves",
            "and what it costs in normalized entropy, measured, and writes the model to a new folder when you accept.",
            "With --to: writes a Llama model as a .gguf file with few bits a weight, and tells what that loses. Norms stay",
            "fp32. Rows that are not made of whole blocks become q8_0 or f16. One tensor at a time is in memory, and the",
            "file appears when it is whole."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {
            "  # after the example of ./herd train --help",
            "  ./herd quantize runs/clicks --tables mx9,mx6,mx4 --budget-ne 0.02%% --out runs/clicks-packed --yes",
            "  ./herd quantize Llama-3.2-1B-Instruct --to q4_k --out llama-1b-q4_k.gguf",
            "  ./herd perplexity llama-1b-q4_k.gguf book.txt"
        })
final class QuantizeCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "MODEL",
            description = "The folder of a finished run, or " + WeightQuantization.ACCEPTED + ".")
    private Path model;

    @Mixin
    private final TableQuantization tables = new TableQuantization();

    @Mixin
    private final WeightQuantization weights = new WeightQuantization();

    @Option(
            names = {"-o", "--out", "--output"},
            paramLabel = "PATH",
            required = true,
            description = "The folder, or .gguf file, to write.")
    private Path out;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads; never changes what is written. Default: the cores.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", description = "Print the receipt, or the types and their errors, as one JSON object.")
    private boolean json;

    QuantizeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (tables.asked() == weights.asked().isPresent()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "name either the format of a run's tables by --tables, for example mx6, or the type of a Llama"
                            + " model's weights by --to, for example q4_k");
        }
        return tables.asked()
                ? tables.run(model, out, threads, json, console)
                : weights.run(model, weights.asked().orElseThrow(), out, threads, json, console);
    }
}
