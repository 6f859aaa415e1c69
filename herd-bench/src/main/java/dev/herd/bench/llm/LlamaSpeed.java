package dev.herd.bench.llm;

import dev.herd.bench.duel.Median;
import dev.herd.data.Folders;
import dev.herd.data.Progress;
import dev.herd.llama.engine.Activations;
import dev.herd.llama.engine.Chunk;
import dev.herd.llama.engine.EngineOptions;
import dev.herd.llama.engine.LlamaEngine;
import dev.herd.llama.engine.Sampler;
import dev.herd.llama.engine.Sampling;
import dev.herd.llama.engine.Sequence;
import dev.herd.llama.weights.LlamaConfig;
import dev.herd.llama.weights.TensorType;
import dev.herd.llama.weights.WeightFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/// Tokens a second of models with random weights: reading a prompt, and writing one token after the other.
/// Each kind of activations takes turns with the others, and with another engine where its command is given.
final class LlamaSpeed {
    /// What is measured.
    ///
    /// @param activations that take turns
    /// @param prompt tokens that are read at once
    /// @param written tokens that are written
    /// @param rounds that count; one more before them warms up
    /// @param clock what time is read from
    record Plan(
            LlamaConfig shape,
            List<TensorType> types,
            List<Integer> threads,
            List<Activations> activations,
            int prompt,
            int written,
            int rounds,
            Clock clock) {
        Plan {
            types = List.copyOf(types);
            threads = List.copyOf(threads);
            activations = List.copyOf(activations);
        }
    }

    /// Where nanoseconds are read from.
    enum Clock {
        WALL(System::nanoTime),

        /// What the calling thread computed, whatever other programs take: for one thread.
        PROCESSOR(() -> ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());

        private final LongSupplier nanoseconds;

        Clock(LongSupplier nanoseconds) {
            this.nanoseconds = nanoseconds;
        }
    }

    /// Tokens a second of one round.
    record Rates(double prefill, double decode) {}

    /// What came of a model on so many threads.
    ///
    /// @param prefill tokens a second
    /// @param decode tokens a second
    /// @param firstToken seconds from a prompt to the first token after it
    /// @param residentBytes of the process, weights that are mapped included; 0 where the system does not tell
    /// @param share of the memory's read bandwidth that writing tokens takes
    /// @param other the other engine's rates
    /// @param prefillRatio Herd's over the other's, median of the rounds
    /// @param decodeRatio Herd's over the other's, median of the rounds
    record Result(
            String type,
            int threads,
            Activations activations,
            double prefill,
            double decode,
            double firstToken,
            long weightBytes,
            long residentBytes,
            double share,
            Optional<Rates> other,
            double prefillRatio,
            double decodeRatio) {}

    private static final long READ = 1L << 30;

    private final Plan plan;
    private final Optional<OtherEngine> other;
    private final Progress progress;

    LlamaSpeed(Plan plan, Optional<OtherEngine> other, Progress progress) {
        this.plan = plan;
        this.other = other;
        this.progress = progress;
    }

    void run(Consumer<Result> results) {
        double[] bandwidth = plan.threads().stream()
                .mapToDouble(threads -> ReadBandwidth.measure(READ, threads, plan.clock().nanoseconds))
                .toArray();
        int turns = plan.types().size() * plan.threads().size() * (plan.rounds() + 1);
        try (Progress.Task task = progress.start("llama", turns, "rounds")) {
            Path folder = Files.createTempDirectory("herd-llama");
            try {
                for (TensorType type : plan.types()) {
                    Path file = folder.resolve(type + ".gguf");
                    RandomModel.write(plan.shape(), type, file);
                    for (int t = 0; t < bandwidth.length; t++) {
                        measure(file, type, plan.threads().get(t), bandwidth[t], task)
                                .forEach(results);
                    }
                    Files.delete(file);
                }
            } finally {
                Folders.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Result> measure(Path file, TensorType type, int threads, double bandwidth, Progress.Task task) {
        EngineOptions options =
                EngineOptions.defaults().withThreads(threads).withPositions(plan.prompt() + plan.written() + 64);
        List<Side> sides = new ArrayList<>();
        List<Rates> theirs = new ArrayList<>();
        try (WeightFile weights = WeightFile.open(file)) {
            try {
                plan.activations().forEach(kind -> sides.add(Side.open(weights, options.withActivations(kind))));
                for (int round = -1; round < plan.rounds(); round++) {
                    Optional<Rates> answer = other.map(command -> command.run(file, threads, plan));
                    for (Side side : sides) {
                        Rates rates = round(side.engine());
                        if (round >= 0) {
                            side.rates().add(rates);
                        }
                    }
                    if (round >= 0) {
                        answer.ifPresent(theirs::add);
                    }
                    task.advance(1);
                }
            } finally {
                sides.forEach(side -> side.engine().close());
            }
            long bytes = weights.tensors().stream()
                    .mapToLong(tensor -> tensor.data().byteSize())
                    .sum();
            return sides.stream()
                    .map(side -> result(type, side, theirs, bytes, bandwidth))
                    .toList();
        }
    }

    /// An engine, and how fast it was in each round.
    private record Side(LlamaEngine engine, List<Rates> rates) {
        static Side open(WeightFile weights, EngineOptions options) {
            return new Side(LlamaEngine.open(weights, options), new ArrayList<>());
        }
    }

    private Result result(TensorType type, Side side, List<Rates> theirs, long bytes, double bandwidth) {
        double decode = median(side.rates(), Rates::decode);
        double prefill = median(side.rates(), Rates::prefill);
        return new Result(
                type.name(),
                side.engine().options().threads(),
                side.engine().options().activations(),
                prefill,
                decode,
                plan.prompt() / prefill,
                bytes,
                residentBytes(),
                bytes * decode / bandwidth,
                theirs.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Rates(median(theirs, Rates::prefill), median(theirs, Rates::decode))),
                ratio(side.rates(), theirs, Rates::prefill),
                ratio(side.rates(), theirs, Rates::decode));
    }

    private Rates round(LlamaEngine engine) {
        int[] prompt = new int[plan.prompt()];
        Arrays.setAll(prompt, i -> (int) ((i * 7919L + 13) % plan.shape().vocabulary()));
        Sampler likeliest = new Sampler(Sampling.greedy());
        try (Sequence sequence = engine.sequence()) {
            long start = now();
            int token = likeliest.next(engine.prefill(sequence, prompt));
            long read = now();
            for (int i = 0; i < plan.written(); i++) {
                token = likeliest.next(engine.step(List.of(Chunk.of(sequence, token)))[0]);
            }
            long written = now();
            return new Rates(plan.prompt() * 1e9 / (read - start), plan.written() * 1e9 / (written - read));
        }
    }

    private long now() {
        return plan.clock().nanoseconds.getAsLong();
    }

    private static double ratio(List<Rates> ours, List<Rates> theirs, ToDoubleFunction<Rates> of) {
        double[] ratios = new double[theirs.size()];
        Arrays.setAll(ratios, i -> of.applyAsDouble(ours.get(i)) / of.applyAsDouble(theirs.get(i)));
        return Median.of(ratios);
    }

    private static double median(List<Rates> rates, ToDoubleFunction<Rates> of) {
        return Median.of(rates.stream().mapToDouble(of).toArray());
    }

    /// What Linux says the process holds in memory.
    private static long residentBytes() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
