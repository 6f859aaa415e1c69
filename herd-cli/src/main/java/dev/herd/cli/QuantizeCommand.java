package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import dev.herd.cli.terminal.Figures;
import dev.herd.cli.terminal.TextTable;
import dev.herd.data.InputException;
import dev.herd.llama.quantize.ModelQuantizer;
import dev.herd.llama.quantize.ModelQuantizer.Options;
import dev.herd.llama.quantize.QuantizeReport;
import dev.herd.llama.quantize.WeightPrecision;
import dev.herd.llama.tokenizer.Tokenizer;
import dev.herd.llama.weights.WeightFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
    private static final String ACCEPTED =
            "a .gguf file, or a folder with config.json, safetensors files and" + " tokenizer.json or tokenizer.model";

    private final Console console;

    @Parameters(paramLabel = "MODEL", description = "What to quantize: " + ACCEPTED + ".")
    private Path model;

    @Option(
            names = "--to",
            paramLabel = "TYPE",
            required = true,
            description = "How matrices are stored: f16, bf16, q8_0, q6_k, q4_k, q4_0 or mxfp4.")
    private WeightPrecision precision;

    @Nullable
    @Option(
            names = "--embeddings",
            paramLabel = "TYPE",
            description = "How the token embedding and the output matrix are. Default: q6_k beside four bits, else like"
                    + " the matrices.")
    private WeightPrecision embeddings;

    @Option(
            names = {"-o", "--out", "--output"},
            paramLabel = "FILE",
            required = true,
            description = "The .gguf file to write.")
    private Path out;

    @Option(names = "--force", description = "Replace what lies at FILE.")
    private boolean force;

    @Option(names = "--threads", paramLabel = "N", description = "Threads; never changes the file. Default: the cores.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", description = "Print the types and their errors as one JSON object.")
    private boolean json;

    QuantizeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (Files.isRegularFile(model.resolve("config.yaml"))) {
            throw InputException.of(model, "is a training run; name a Llama model, " + ACCEPTED);
        }
        if (Files.exists(out) && !force) {
            throw InputException.of(out, "exists already; choose another name, or --force to replace it");
        }
        Options options = Options.of(precision).withThreads(threads);
        if (embeddings != null) {
            options = options.withEmbeddings(embeddings);
        }
        Optional<Tokenizer> tokenizer =
                Files.isDirectory(model) ? Optional.of(Tokenizer.open(model)) : Optional.empty();
        try (WeightFile file = WeightFile.open(model)) {
            if (file.tensors().stream().anyMatch(tensor -> tensor.format().width() > 1)) {
                console.say(model + " is quantized already: the errors below are on top of those it has.");
            }
            QuantizeReport report = ModelQuantizer.write(file, tokenizer, options, out, console.display());
            if (json) {
                console.printJson(report);
            } else {
                print(report);
            }
        }
        return ExitCodes.DONE;
    }

    private void print(QuantizeReport report) {
        TextTable table = new TextTable("type", ">tensors", ">numbers", ">bytes", ">relative error");
        report.types()
                .forEach(type -> table.row(
                        type.type().name(),
                        String.valueOf(type.tensors()),
                        String.format(Locale.ROOT, "%,d", type.numbers()),
                        Figures.bytes(type.bytes()),
                        type.relativeError() == 0
                                ? "none"
                                : String.format(Locale.ROOT, "%.3f %%", 100 * type.relativeError())));
        table.lines().forEach(console::print);
        console.say("Wrote " + report.file() + ", " + Figures.bytes(report.bytes()) + ". Try it: ./herd complete "
                + report.file() + " \"Once upon a time\"");
    }
}
