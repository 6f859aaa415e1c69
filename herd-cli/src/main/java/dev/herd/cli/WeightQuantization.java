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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The part of `herd quantize` that writes Llama models with few bits a weight.
final class WeightQuantization {
    /// What it takes.
    static final String ACCEPTED =
            "a .gguf file, or a folder with config.json, safetensors files and" + " tokenizer.json or tokenizer.model";

    @Nullable
    @Option(
            names = "--to",
            paramLabel = "TYPE",
            description = "How matrices are stored: f16, bf16, q8_0, q6_k, q4_k, q4_0, mxfp4, or mx9"
                    + " or mx6, which other programs do not read.")
    private WeightPrecision precision;

    @Nullable
    @Option(
            names = "--embeddings",
            paramLabel = "TYPE",
            description = "How the token embedding and the output matrix are. Default: q6_k beside four bits, else like"
                    + " the matrices.")
    private WeightPrecision embeddings;

    @Option(names = "--force", description = "Replace what lies at FILE.")
    private boolean force;

    int run(Path model, WeightPrecision matrices, Path out, int threads, boolean json, Console console) {
        if (Files.isRegularFile(model.resolve("config.yaml"))) {
            throw InputException.of(
                    model, "is a training run; quantize its tables by --tables, or name a Llama model, " + ACCEPTED);
        }
        if (Files.exists(out) && !force) {
            throw InputException.of(out, "exists already; choose another name, or --force to replace it");
        }
        Options options = Options.of(matrices).withThreads(threads);
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
                print(report, console);
            }
        }
        return ExitCodes.DONE;
    }

    /// What was asked for, if anything.
    Optional<WeightPrecision> asked() {
        return Optional.ofNullable(precision);
    }

    private static void print(QuantizeReport report, Console console) {
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
