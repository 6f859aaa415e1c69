package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import dev.herd.cli.terminal.Figures;
import dev.herd.cli.terminal.TextTable;
import dev.herd.data.InputException;
import dev.herd.data.dataset.Dataset;
import dev.herd.embedding.RowFormat;
import dev.herd.train.TrainedModel;
import dev.herd.train.quantize.Choice;
import dev.herd.train.quantize.Receipt;
import dev.herd.train.quantize.ReceiptPage;
import dev.herd.train.quantize.TableQuantizer;
import dev.herd.train.run.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/// The part of `herd quantize` that holds the tables of a run in fewer bits, and its options.
final class TableQuantization {
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    @Option(
            names = "--tables",
            paramLabel = "FORMAT",
            split = ",",
            description = {
                "The format of a run's embedding tables, or several by commas to choose from: fp16, bf16, mx9, mx6, mx4,",
                "mxfp8-e4m3, mxfp6-e2m3, mxfp4, mxint8, int8-row, int4-row, ..."
            })
    private List<String> formats = List.of();

    @Nullable
    @Option(
            names = "--budget-ne",
            paramLabel = "SHARE",
            description = "By how much the normalized entropy of RUN may rise, for example 0.02%%. Default: no limit.")
    private String entropy;

    @Nullable
    @Option(
            names = "--budget-bytes",
            paramLabel = "SIZE",
            description = "What all tables of RUN may take, for example 40MiB. Default: as little as possible.")
    private String bytes;

    @Option(names = "--split", description = "The split to measure on. Default: ${DEFAULT-VALUE}.")
    private String split = "validation";

    @Nullable
    @Option(names = "--data", paramLabel = "FOLDER", description = "The dataset. Default: the one it was trained on.")
    private Path data;

    @Option(names = "--yes", description = "Write without asking.")
    private boolean yes;

    /// Measures, shows the receipt, asks, and writes.
    int run(Path run, Path out, int threads, boolean json, Console console) {
        Choice choice = InputException.checked(() -> new Choice(
                formats.stream().map(TableQuantization::format).toList(),
                entropy == null ? Double.POSITIVE_INFINITY : Quantities.share("--budget-ne", entropy),
                bytes == null ? 0 : Quantities.bytes("--budget-bytes", bytes)));
        if (Files.exists(out)) {
            throw InputException.of(out, "exists already; name another folder with --out");
        }
        try (TrainedModel model = TrainedModel.open(run, threads)) {
            Dataset dataset = Dataset.open(data == null ? model.config().dataset() : data);
            Receipt receipt = TableQuantizer.quantize(model, dataset, split, choice, console.display());
            if (json) {
                console.printJson(receipt);
            } else {
                print(receipt, console);
            }
            if (!yes && !accepted(out)) {
                console.say("Nothing was written; --yes writes " + out + " without asking.");
                return ExitCodes.DONE;
            }
            write(model, receipt, run, out);
            console.say(
                    "Wrote " + out + ". Report: " + out.resolve("report.html") + ". Try it: ./herd evaluate " + out);
        }
        return ExitCodes.DONE;
    }

    private static RowFormat format(String name) {
        return RowFormat.named(name)
                .orElseThrow(() -> new InputException("--tables takes "
                        + String.join(
                                ", ",
                                Arrays.stream(RowFormat.values())
                                        .map(RowFormat::label)
                                        .toList())
                        + ", found '" + name + "'"));
    }

    private static boolean accepted(Path out) {
        java.io.Console terminal = System.console();
        if (terminal == null || !terminal.isTerminal()) {
            return false;
        }
        String answer = terminal.readLine("Write %s? [y/N] ", out);
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
    }

    private static void write(TrainedModel model, Receipt receipt, Path run, Path out) {
        try {
            Files.createDirectories(out);
        } catch (IOException e) {
            throw new UncheckedIOException(out + ": the folder cannot be made", e);
        }
        model.save(out);
        RunFolder.replace(
                out.resolve("quantize.json"),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsString(receipt) + "\n");
        ReceiptPage.write(
                receipt,
                "Tables of " + model.config().model().name() + " in " + run.getFileName() + ", quantized",
                out.resolve("report.html"));
    }

    private static void print(Receipt receipt, Console console) {
        TextTable table =
                new TextTable("table", "before", "after", ">bytes before", ">bytes after", ">saved", ">NE change");
        for (Receipt.Table line : receipt.tables()) {
            table.row(
                    line.name(),
                    line.before(),
                    line.after(),
                    Figures.bytes(line.bytesBefore()),
                    Figures.bytes(line.bytesAfter()),
                    Figures.bytes(line.saved()),
                    text("%+.6f", line.change()));
        }
        table.row(
                "all together",
                "",
                "",
                Figures.bytes(receipt.bytesBefore()),
                Figures.bytes(receipt.bytesAfter()),
                Figures.bytes(receipt.bytesBefore() - receipt.bytesAfter()),
                text("%+.6f", receipt.change()));
        table.lines().forEach(console::print);
        console.say(text("NE %.6f", receipt.entropyBefore()) + text(" before, %.6f after", receipt.entropyAfter())
                + text(" (%+.4f %%)", 100 * receipt.change() / receipt.entropyBefore()) + ", measured on "
                + Figures.count(receipt.rows()) + " rows of " + receipt.split()
                + "; the changes of single tables are of each alone.");
    }

    private static String text(String pattern, Object value) {
        return String.format(Locale.ROOT, pattern, value);
    }

    /// Whether tables were asked for.
    boolean asked() {
        return !formats.isEmpty();
    }
}
