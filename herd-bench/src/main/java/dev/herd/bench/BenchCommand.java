package dev.herd.bench;

import dev.herd.bench.duel.Scoreboard;
import dev.herd.bench.formats.FormatSweep;
import dev.herd.bench.llm.LoadOptions;
import dev.herd.bench.llm.SpeedOptions;
import dev.herd.bench.numerics.NumericsBenchmark;
import dev.herd.bench.read.ReadBenchmark;
import dev.herd.cli.ExitCodes;
import dev.herd.cli.terminal.Console;
import dev.herd.data.Progress;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "bench",
        description = "Measures Herd against other ways to do the same work, by turns in one process.",
        synopsisSubcommandLabel = "<benchmark>",
        optionListHeading = "%nOptions:%n",
        commandListHeading = "%nBenchmarks:%n",
        footerHeading = "%nExample:%n",
        footer = "  ./herd bench embedding --quick")
final class BenchCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private CommandSpec spec;

    BenchCommand(Console console) {
        this.console = console;
    }

    /// What every benchmark takes.
    static final class Options {
        @Option(
                names = "--json",
                description = "Print one JSON object a line: case, threads, ratio, ratio_min, ratio_max, unit.")
        private boolean json;

        @Option(names = "--quick", description = "Fewer cases and shorter rounds.")
        private boolean quick;

        @Option(
                names = "--only",
                paramLabel = "TEXT",
                defaultValue = "",
                description = "Run the cases whose name holds this text.")
        private String only = "";
    }

    /// One of the benchmarks below.
    @FunctionalInterface
    private interface Benchmark {
        void run(boolean quick, String only, Progress progress, Scoreboard board);
    }

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(), "which benchmark?\n" + spec.commandLine().getUsageMessage());
    }

    @Command(
            name = "embedding",
            description =
                    "Embedding tables against libtorch's embedding_bag with sparse gradients and row-wise Adagrad.",
            optionListHeading = "%nOptions:%n",
            footerHeading = "%nExample:%n",
            footer = "  ./herd bench embedding --quick")
    int embedding(@Mixin Options options) {
        return run(
                (quick, only, progress, board) -> EmbeddingBenchmark.run(quick, only, progress, board::add), options);
    }

    @Command(
            name = "step",
            description = {
                "Whole training steps of DLRM, Wukong and DHEN, as `herd train` does them, against the same nets in plain libtorch.",
                "libtorch's operators get as many threads as Herd, and OpenBLAS below them as many or one, whichever is"
                        + " faster in a trial before.",
                "Below each case: the step's matrix products timed alone, and where its time goes; with --json a second"
                        + " object: case, threads, step_ms, products_ms, outside_products, parts (shares of the step)."
            },
            optionListHeading = "%nOptions:%n",
            footerHeading = "%nExample:%n",
            footer = "  ./herd bench step --only dlrm")
    int step(@Mixin Options options) {
        return run(StepBenchmark::run, options);
    }

    @Command(
            name = "read",
            description = "Reading and hashing Criteo text and reading a dataset, against plain Java and DuckDB.",
            optionListHeading = "%nOptions:%n",
            footerHeading = "%nExample:%n",
            footer = "  ./herd bench read")
    int read(@Mixin Options options) {
        return run((quick, only, progress, board) -> ReadBenchmark.run(quick, only, progress, board::add), options);
    }

    @Command(
            name = "dedupe",
            description = {
                "Batches of whole sessions whose equal rows are held once, against the same rows written out: in order of time"
                        + " (interleaved) and session by session (clustered).",
                "Each case names the length l of the lists, the share d of them that stay within a session, and the factor by"
                        + " which ids are fewer."
            },
            optionListHeading = "%nOptions:%n",
            footerHeading = "%nExample:%n",
            footer = "  ./herd bench dedupe --quick")
    int dedupe(@Mixin Options options) {
        return run((quick, only, progress, board) -> DedupeBenchmark.run(quick, only, progress, board::add), options);
    }

    @Command(
            name = "numerics",
            description = {
                "Packing, unpacking and arithmetic on packed number formats, on one thread: against the scalar definition,"
                        + " this machine's copy bandwidth, and fp32 on tables and matrices beyond the caches."
            },
            optionListHeading = "%nOptions:%n",
            footerHeading = "%nExample:%n",
            footer = "  ./herd bench numerics --only decode/mx9")
    int numerics(@Mixin Options options) {
        return run((quick, only, progress, board) -> NumericsBenchmark.run(quick, only, progress, board::add), options);
    }

    @Command(
            name = "formats",
            description = {
                "Fidelity and cost of number formats with shared scales: the named ones, a sweep of their space, and your own.",
                "Prints the named ones and the Pareto front, and draws them."
            },
            optionListHeading = "%nOptions:%n",
            footerHeading = "%nExample:%n",
            footer = "  ./herd bench formats --quick --own formats.yaml")
    int formats(
            @Option(names = "--json", description = "Print one JSON object a format.") boolean json,
            @Option(names = "--quick", description = "Fewer vectors for the named formats.") boolean quick,
            @Nullable
                    @Option(
                            names = "--own",
                            paramLabel = "FILE",
                            description = "YAML with formats of your own: formats: [{name: MX5, mantissa: 3}]")
                    Path own,
            @Option(
                            names = "--svg",
                            paramLabel = "FILE",
                            defaultValue = "formats.svg",
                            description = "Where the plot goes. Default: ${DEFAULT-VALUE}.")
                    Path svg) {
        FormatSweep.run(quick, own, svg, json, console);
        return ExitCodes.DONE;
    }

    @Command(
            name = "llama",
            description = {
                "Tokens a second of Llama models with random weights: reading a prompt of 512, writing 64 tokens after it; the",
                "time to the first token, memory, and the share of the memory's bandwidth that writing takes."
            },
            optionListHeading = "%nOptions:%n",
            footerHeading = "%nExample:%n",
            footer = "  ./herd bench llama --quick --types Q4_0 --threads 2")
    int llama(@Mixin SpeedOptions options) {
        return options.run(console);
    }

    @Command(
            name = "llm-load",
            description = {
                "A server of a Llama model under load: many clients on this machine, a quarter of whose answers are left in the middle.",
                "Fails when a request fails, a page of memory is lost, or load changes an answer."
            },
            optionListHeading = "%nOptions:%n",
            footerHeading = "%nExample:%n",
            footer = "  ./herd bench llm-load --llm model.gguf --clients 32 --seconds 300")
    int llmLoad(@Mixin LoadOptions options) throws InterruptedException {
        return options.run(console);
    }

    private int run(Benchmark benchmark, Options options) {
        Scoreboard board = Scoreboard.create(console.out(), options.json);
        benchmark.run(options.quick, options.only, console.display(), board);
        return ExitCodes.DONE;
    }
}
