package dev.herd.bench.llm;

import dev.herd.llama.batching.BatchingOptions;
import dev.herd.llama.engine.EngineOptions;
import dev.herd.numerics.CounterRandom;
import dev.herd.serve.llm.LlamaServer;
import dev.herd.serve.llm.ServedModel;
import dev.herd.serve.llm.ServerOptions;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Starts a server and lets many clients ask it over HTTP at once, some of which go away in the middle.
public final class ServerLoad {
    private static final long GONE_WITHIN = Duration.ofMinutes(2).toNanos();

    private final LlamaServer server;
    private final ServedModel model;
    private final LoadPlan plan;
    private final HttpClient http;
    private final Consumer<String> trouble;
    private final AtomicInteger sent = new AtomicInteger();
    private final long start = System.nanoTime();

    private ServerLoad(
            LlamaServer server, ServedModel model, LoadPlan plan, HttpClient http, Consumer<String> trouble) {
        this.trouble = trouble;
        this.server = server;
        this.model = model;
        this.plan = plan;
        this.http = http;
    }

    /// Runs the plan against a server of its own on this machine.
    ///
    /// @param trouble is told of failures of the server, and of requests that failed
    public static LoadReport run(
            Path path, EngineOptions engine, BatchingOptions batching, LoadPlan plan, Consumer<String> trouble)
            throws InterruptedException {
        ServerOptions anyPort = ServerOptions.defaults().withPort(0);
        try (ServedModel model = ServedModel.open(path, engine, batching);
                LlamaServer server = LlamaServer.start(model, anyPort, trouble);
                HttpClient http = HttpClient.newHttpClient()) {
            return new ServerLoad(server, model, plan, http, trouble).run();
        }
    }

    private LoadReport run() throws InterruptedException {
        String expected = client(0).text(question(0, 0));
        List<Future<Tally>> clients = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < plan.clients(); i++) {
                int number = i;
                clients.add(threads.submit(() -> ask(number, expected)));
            }
        }
        double seconds = (System.nanoTime() - start) * 1e-9;
        long deadline = System.nanoTime() + GONE_WITHIN;
        while (server.figures().running() + server.figures().waiting() > 0 && System.nanoTime() < deadline) {
            Thread.sleep(5);
        }
        return report(clients, seconds);
    }

    /// One client, until enough has been asked.
    private Tally ask(int number, String expected) throws InterruptedException {
        Tally tally = new Tally();
        LoadClient client = client(number);
        boolean inTime = true;
        for (int turn = 1; inTime && sent.getAndIncrement() < plan.requests(); turn++) {
            tally.requests++;
            if (draw(number, turn, 0, 8) == 0) {
                tally.differing += client.text(question(0, 0)).equals(expected) ? 0 : 1;
                tally.whole++;
            } else {
                boolean leaves = draw(number, turn, 1, 4) == 0;
                int most = leaves ? draw(number, turn, 2, plan.tokens()) : Integer.MAX_VALUE;
                LoadClient.Seen seen = client.read(question(number, turn), most);
                if (seen.end() == LoadClient.End.FAILED) {
                    trouble.accept("request " + turn + " of client " + number + " failed after " + seen.tokens()
                            + " tokens: " + seen.text());
                }
                tally.add(seen);
            }
            inTime = System.nanoTime() - start < plan.time().toNanos();
        }
        return tally;
    }

    private LoadClient client(int number) {
        return new LoadClient(http, server.port(), number);
    }

    /// A prompt of up to a few pages, whose beginning it often shares with others; number 0, turn 0 is the
    /// one asked again and again.
    private String question(int number, int turn) {
        StringBuilder prompt = new StringBuilder("Once upon a time ".repeat(12 * draw(number, turn, 3, 3)));
        int words = 1 + draw(number, turn, 4, 60);
        for (int i = 0; i < words; i++) {
            prompt.append((char) ('a' + draw(number, turn, 5 + i, 26))).append(i % 7 == 6 ? ". " : " ");
        }
        int tokens = 1 + draw(number, turn, 70, plan.tokens());
        boolean fixed = number == 0 && turn == 0;
        return "{\"model\": \"" + model.name() + "\", \"stream\": true, \"max_tokens\": " + tokens
                + ", \"temperature\": " + (fixed ? 0 : 1) + ", \"seed\": " + turn + ", \"prompt\": \"" + prompt + "\"}";
    }

    private int draw(int number, int turn, int what, int bound) {
        return (int) CounterRandom.below(plan.seed() + what, number, turn, bound);
    }

    private LoadReport report(List<Future<Tally>> clients, double seconds) throws InterruptedException {
        Tally all = new Tally();
        int fewest = Integer.MAX_VALUE;
        int most = 0;
        int broken = 0;
        for (Future<Tally> client : clients) {
            try {
                Tally tally = client.get();
                fewest = Math.min(fewest, tally.requests);
                most = Math.max(most, tally.requests);
                all.add(tally);
            } catch (ExecutionException e) {
                broken++;
            }
        }
        double[] firsts = all.firsts.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(firsts);
        return new LoadReport(
                all.whole,
                all.left,
                all.failed + broken,
                all.differing,
                fewest,
                most,
                seconds,
                server.figures().tokens() / seconds,
                quantile(firsts, 0.5),
                quantile(firsts, 0.95),
                quantile(firsts, 1),
                all.longestGap,
                server.figures());
    }

    private static double quantile(double[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(share * sorted.length) - 1];
    }

    /// What a client has seen.
    private static final class Tally {
        private final List<Double> firsts = new ArrayList<>();
        private int requests;
        private int whole;
        private int left;
        private int failed;
        private int differing;
        private double longestGap;

        void add(LoadClient.Seen seen) {
            switch (seen.end()) {
                case WHOLE -> whole++;
                case LEFT -> left++;
                case FAILED -> failed++;
            }
            if (seen.tokens() > 0) {
                firsts.add(seen.firstSeconds());
            }
            longestGap = Math.max(longestGap, seen.longestGap());
        }

        void add(Tally other) {
            firsts.addAll(other.firsts);
            requests += other.requests;
            whole += other.whole;
            left += other.left;
            failed += other.failed;
            differing += other.differing;
            longestGap = Math.max(longestGap, other.longestGap);
        }
    }
}
