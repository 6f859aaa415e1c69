package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import dev.herd.llama.quantize.WeightPrecision;
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
            "Writes a Llama model as a .gguf file with few bits a weight, and tells what that loses.",
            "Norms stay fp32. Rows that are not made of whole blocks become q8_0 or f16. One tensor at a time is in",
            "memory, and FILE appears when it is whole."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {
            "  ./herd quantize Llama-3.2-1B-Instruct --to q4_k --out llama-1b-q4_k.gguf",
            "  ./herd perplexity llama-1b-q4_k.gguf book.txt"
        })
final class QuantizeCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "MODEL", description = "What to quantize: " + WeightQuantization.ACCEPTED + ".")
    private Path model;

    @Mixin
    private final WeightQuantization weights = new WeightQuantization();

    @Option(
            names = {"-o", "--out", "--output"},
            paramLabel = "FILE",
            required = true,
            description = "The .gguf file to write.")
    private Path out;

    @Option(names = "--threads", paramLabel = "N", description = "Threads; never changes the file. Default: the cores.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", description = "Print the types and their errors as one JSON object.")
    private boolean json;

    QuantizeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        WeightPrecision precision = weights.asked()
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "which type? Name it by --to, for example --to q4_k"));
        return weights.run(model, precision, out, threads, json, console);
    }
}
