package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import dev.herd.cli.terminal.Figures;
import dev.herd.cli.terminal.TextTable;
import dev.herd.nn.Numerics;
import dev.herd.serve.onnx.OnnxExport;
import dev.herd.serve.onnx.OnnxExport.Inputs;
import dev.herd.serve.onnx.Port;
import dev.herd.train.TrainedModel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "export",
        description = {
            "Writes a trained model as a file that other programs score with, without Herd.",
            "Without --ids the file holds the network alone and is fed embeddings; with --ids it holds the tables too",
            "and is fed the ids that the dataset's transforms give. docs/guides/export.md tells how to call it."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {
            "  # after the example of ./herd train --help",
            "  ./herd export runs/clicks --format onnx --ids --out model.onnx"
        })
final class ExportCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "RUN", description = "The folder of a run, or a model folder copied from one.")
    private Path run;

    @Option(names = "--format", description = "The kind of file: onnx. Default: ${DEFAULT-VALUE}.")
    private Format format = Format.ONNX;

    @Option(
            names = {"-o", "--out", "--output"},
            paramLabel = "FILE",
            required = true,
            description = "The file to write; weights beyond 1 GiB go to FILE.data beside it.")
    private Path out;

    @Option(names = "--ids", description = "Bring the embedding tables along: the file takes ids.")
    private boolean ids;

    @Option(names = "--force", description = "Replace what lies at FILE and FILE.data.")
    private boolean force;

    @Option(names = "--threads", paramLabel = "N", description = "Threads. Default: the cores.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", description = "Print inputs, outputs and files as one JSON object.")
    private boolean json;

    /// What a model can be exported to.
    private enum Format {
        ONNX
    }

    ExportCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (TrainedModel model = TrainedModel.open(run, threads)) {
            OnnxExport.Result result = switch (format) {
                case ONNX ->
                    OnnxExport.write(model, ids ? Inputs.IDS : Inputs.EMBEDDINGS, out, force, console.display());
            };
            Numerics numerics = model.config().numerics();
            if (!numerics.isPlain()) {
                console.say("The file computes in fp32: the formats of this run's matrix products, " + numerics
                        + ", are not part of it. ./herd evaluate " + run + " --numerics fp32 measures it so.");
            }
            if (json) {
                Map<String, Object> printed = new LinkedHashMap<>();
                printed.put("model", model.config().model().name());
                printed.put("format", "onnx");
                printed.put("inputs", result.inputs());
                printed.put("outputs", result.outputs());
                printed.put("files", result.files());
                printed.put("bytes", result.bytes());
                console.printJson(printed);
            } else {
                print(result);
            }
        }
        return ExitCodes.DONE;
    }

    private void print(OnnxExport.Result result) {
        TextTable table = new TextTable("", "name", "type", "shape", "what it is");
        rows(table, "input", result.inputs());
        rows(table, "output", result.outputs());
        table.lines().forEach(console::print);
        String files = result.files().stream().map(Path::toString).collect(Collectors.joining(" and "));
        console.say("Wrote " + files + ", " + Figures.bytes(result.bytes()) + ".");
        console.say("Check it where it will run, for example in Python: import onnxruntime;"
                + " onnxruntime.InferenceSession('" + out + "'). How to call it: docs/guides/export.md");
    }

    private static void rows(TextTable table, String kind, List<Port> ports) {
        ports.forEach(port ->
                table.row(kind, port.name(), port.type(), "[" + String.join(", ", port.shape()) + "]", port.meaning()));
    }
}
