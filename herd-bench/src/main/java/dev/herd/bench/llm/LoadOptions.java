package dev.herd.bench.llm;

import dev.herd.cli.ExitCodes;
import dev.herd.cli.terminal.Console;
import dev.herd.llama.batching.BatchingOptions;
import dev.herd.llama.engine.EngineOptions;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Option;

/// The command line of [ServerLoad].
public final class LoadOptions {
    @Option(names = "--llm", required = true, paramLabel = "MODEL", description = "A .gguf file or a model folder.")
    private Path model;

    @Option(names = "--clients", defaultValue = "32", description = "Clients at once. Default: ${DEFAULT-VALUE}.")
    private int clients;

    @Option(
            names = "--requests",
            defaultValue = "1000000",
            description = "Most requests in all. Default: ${DEFAULT-VALUE}.")
    private int requests;

    @Option(
            names = "--seconds",
            defaultValue = "60",
            description = "After which no more is asked. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--tokens",
            defaultValue = "64",
            description = "Most tokens of an answer. Default: ${DEFAULT-VALUE}.")
    private int tokens;

    @Option(names = "--threads", description = "Threads that compute. Default: as many as the machine has processors.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--context",
            defaultValue = "16384",
            description = "Positions of all streams together. Default: ${DEFAULT-VALUE}.")
    private int context;

    @Option(names = "--seed", defaultValue = "1", description = "Of what is asked and who leaves.")
    private long seed;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    /// Runs it and prints what came of it; 1 when something was lost.
    public int run(Console console) throws InterruptedException {
        LoadPlan plan = new LoadPlan(clients, requests, Duration.ofSeconds(seconds), tokens, seed);
        EngineOptions engine = EngineOptions.defaults().withThreads(threads).withPositions(context);
        LoadReport report =
                ServerLoad.run(model, engine, BatchingOptions.defaults().withQueue(clients), plan, console::say);
        if (json) {
            console.printJson(report);
        } else {
            print(report, console);
        }
        return report.sound() ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    private static void print(LoadReport report, Console console) {
        console.print("requests    %d whole, %d left in the middle, %d failed, %d differing; %d to %d a client"
                .formatted(
                        report.whole(),
                        report.left(),
                        report.failed(),
                        report.differing(),
                        report.fewest(),
                        report.most()));
        console.print("tokens      %.1f a second over %.1f s".formatted(report.tokensPerSecond(), report.seconds()));
        console.print("first token %.3f s median, %.3f s for 95 %%, %.3f s at most"
                .formatted(report.firstTokenMedian(), report.firstToken95(), report.firstTokenLongest()));
        console.print("next token  %.3f s at most".formatted(report.longestGap()));
        console.print("pages       %d of %d lost, %d kept for texts that begin alike"
                .formatted(
                        report.leakedPages(),
                        report.after().pages(),
                        report.after().rememberedPages()));
        console.print(report.sound() ? "sound" : "NOT SOUND");
    }
}
