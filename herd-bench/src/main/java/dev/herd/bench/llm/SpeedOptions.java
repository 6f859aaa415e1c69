package dev.herd.bench.llm;

import dev.herd.cli.ExitCodes;
import dev.herd.cli.terminal.Console;
import dev.herd.cli.terminal.Figures;
import dev.herd.data.InputException;
import dev.herd.llama.engine.Activations;
import dev.herd.llama.weights.LlamaConfig;
import dev.herd.llama.weights.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The command line of [LlamaSpeed].
public final class SpeedOptions {
    /// Released shapes.
    enum Shape {
        B1(RandomModel.ONE_B),
        B8(RandomModel.EIGHT_B);

        private final LlamaConfig config;

        Shape(LlamaConfig config) {
            this.config = config;
        }
    }

    @Option(
            names = "--types",
            split = ",",
            paramLabel = "TYPE",
            defaultValue = "Q8_0,Q4_0,Q4_K,MXFP4",
            description = "How weights are stored. Default: ${DEFAULT-VALUE}.")
    private List<TensorType> types = List.of();

    @Option(
            names = "--shape",
            defaultValue = "B1",
            description = "B1: that of Llama 3.2 1B, B8: that of 8B, up to 9 GB of temporary files. Default:"
                    + " ${DEFAULT-VALUE}.")
    private Shape shape = Shape.B1;

    @Option(
            names = "--threads",
            split = ",",
            paramLabel = "N",
            defaultValue = "1,2",
            description = "Threads. Default: ${DEFAULT-VALUE}.")
    private List<Integer> threads = List.of();

    @Option(
            names = "--activations",
            split = ",",
            paramLabel = "KIND",
            description = "How activations meet weights: FP32, INT8. Default: what is fastest here, and FP32 by turns.")
    private List<Activations> activations = List.of();

    @Nullable
    @Option(
            names = "--compare",
            paramLabel = "COMMAND",
            description = {
                "Another engine's command, run by turns; {model}, {threads}, {prompt} and {tokens} are replaced, for example",
                "\"llama-bench -m {model} -t {threads} -p {prompt} -n {tokens} -r 1 -o jsonl\"."
            })
    private String compare;

    @Option(
            names = "--compare-pattern",
            paramLabel = "REGEX",
            description = "What COMMAND prints, with groups named prefill and decode. Default: that of llama-bench.")
    private String pattern = OtherEngine.LLAMA_BENCH;

    @Option(names = "--quick", description = "A prompt of 128 tokens, 16 tokens after it, one round.")
    private boolean quick;

    @Option(
            names = "--processor-time",
            description =
                    "Count the time that the one thread computed, which a busy machine changes less than the clock.")
    private boolean processorTime;

    @Option(names = "--json", description = "Print one JSON object a line.")
    private boolean json;

    /// Measures and prints.
    public int run(Console console) {
        Optional<OtherEngine> other = Optional.ofNullable(compare).map(command -> new OtherEngine(command, compiled()));
        if (processorTime && (compare != null || !threads.equals(List.of(1)))) {
            throw new InputException("--processor-time is for one thread and no other engine; add --threads 1 and leave"
                    + " --compare out");
        }
        LlamaSpeed.Clock clock = processorTime ? LlamaSpeed.Clock.PROCESSOR : LlamaSpeed.Clock.WALL;
        List<Activations> kinds = activations.isEmpty()
                ? Stream.of(Activations.fastest(), Activations.FP32).distinct().toList()
                : activations;
        LlamaSpeed.Plan plan = quick
                ? new LlamaSpeed.Plan(shape.config, types, threads, kinds, 128, 16, 1, clock)
                : new LlamaSpeed.Plan(shape.config, types, threads, kinds, 512, 64, 3, clock);
        List<String> head = new ArrayList<>(List.of(
                "type", "threads", "activations", "prefill/s", "decode/s", "first token", "resident", "of bandwidth"));
        other.ifPresent(engine -> head.addAll(List.of("prefill ratio", "decode ratio")));
        if (!json) {
            console.print(line(head));
        }
        new LlamaSpeed(plan, other, console.display()).run(result -> {
            if (json) {
                console.printJson(result);
            } else {
                console.print(line(cells(result)));
            }
        });
        return ExitCodes.DONE;
    }

    private Pattern compiled() {
        try {
            return Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw new InputException("--compare-pattern: " + e.getMessage(), e);
        }
    }

    private static List<String> cells(LlamaSpeed.Result result) {
        List<String> cells = new ArrayList<>(List.of(
                result.type(),
                Integer.toString(result.threads()),
                result.activations().name(),
                number("%.1f", result.prefill()),
                number("%.2f", result.decode()),
                number("%.2f s", result.firstToken()),
                Figures.bytes(result.residentBytes()),
                number("%.0f %%", 100 * result.share())));
        if (result.other().isPresent()) {
            cells.add(number("%.2fx", result.prefillRatio()));
            cells.add(number("%.2fx", result.decodeRatio()));
        }
        return cells;
    }

    private static String line(List<String> cells) {
        StringBuilder line = new StringBuilder();
        cells.forEach(cell -> line.append(String.format(Locale.ROOT, "%-14s", cell)));
        return line.toString().stripTrailing();
    }

    private static String number(String pattern, double value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}
