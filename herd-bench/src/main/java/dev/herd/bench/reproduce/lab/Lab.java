package dev.herd.bench.reproduce.lab;

import dev.herd.data.Batch;
import dev.herd.data.BatchReader;
import dev.herd.data.FeatureSchema;
import dev.herd.data.Progress;
import dev.herd.data.config.Config;
import dev.herd.data.config.Fragment;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dataset.ReadOptions;
import dev.herd.data.synthetic.SyntheticLog;
import dev.herd.data.synthetic.Truth;
import dev.herd.models.ModelGraph;
import dev.herd.models.zoo.ModelZoo;
import dev.herd.nn.Numerics;
import dev.herd.nn.graph.Cost;
import dev.herd.train.Predictor;
import dev.herd.train.Presets;
import dev.herd.train.TrainConfig;
import dev.herd.train.TrainResult;
import dev.herd.train.TrainedModel;
import dev.herd.train.Trainer;
import dev.herd.train.run.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import tools.jackson.databind.json.JsonMapper;

/// Where experiments generate logs and train models. What was finished before in the same folder is not
/// done again, so an interrupted experiment goes on where it stopped.
public final class Lab {
    private final Path folder;
    private final int threads;
    private final Scale scale;
    private final Optional<Path> data;
    private final Optional<String> only;
    private final Progress progress;

    /// @param folder for logs and runs
    public Lab(Path folder, int threads, Scale scale, Progress progress) {
        this(folder, threads, scale, Optional.empty(), progress);
    }

    /// @param data folder of public data sets, where there is one
    public Lab(Path folder, int threads, Scale scale, Optional<Path> data, Progress progress) {
        this(folder, threads, scale, data, Optional.empty(), progress);
    }

    private Lab(Path folder, int threads, Scale scale, Optional<Path> data, Optional<String> only, Progress progress) {
        this.data = data;
        this.only = only;
        this.folder = folder;
        this.threads = threads;
        this.scale = scale;
        this.progress = progress;
    }

    /// How much work an experiment does.
    ///
    /// @param rows share of the rows that the experiment asks for
    /// @param seeds number of seeds; 0 for what the experiment asks for
    public record Scale(double rows, int seeds) {
        /// A rehearsal.
        public static final Scale QUICK = new Scale(0.02, 1);

        public Scale {
            if (!(rows > 0 && rows <= 1) || seeds < 0) {
                throw new IllegalArgumentException(
                        "rows must lie in (0, 1] and seeds must not be negative, got " + rows + " and " + seeds);
            }
        }
    }

    /// A trained model, measured.
    ///
    /// @param trainingFlops per example, of the network
    /// @param logLoss on the test split
    /// @param ne normalized entropy on the test split
    /// @param run its folder
    public record Trial(String name, long seed, long trainingFlops, double logLoss, double ne, double auc, Path run) {}

    public int threads() {
        return threads;
    }

    /// The same for one part of an experiment alone.
    public Lab only(String part) {
        return new Lab(folder, threads, scale, data, Optional.of(part), progress);
    }

    /// Whether a part of an experiment is wanted.
    public boolean wants(String part) {
        return only.isEmpty() || only.get().equals(part);
    }

    /// Whether fewer rows are used than the experiment asks for.
    public boolean isRehearsal() {
        return scale.rows() < 1;
    }

    public Progress progress() {
        return progress;
    }

    /// The folder of public data sets, where there is one.
    public Optional<Path> data() {
        return data;
    }

    /// The share of a count that an experiment asks for, at least 1.
    public int share(int wanted) {
        return (int) Math.max(1, Math.round(wanted * scale.rows()));
    }

    /// The seeds to use where an experiment wants so many.
    public List<Long> seeds(int wanted) {
        List<Long> seeds = new ArrayList<>();
        for (long seed = 1; seed <= (scale.seeds() == 0 ? wanted : scale.seeds()); seed++) {
            seeds.add(seed);
        }
        return seeds;
    }

    /// Rows to use where an experiment wants so many.
    public long rows(long wanted) {
        return Math.max(20_000, Math.round(wanted * scale.rows()));
    }

    /// Generates a log, or takes the one of the same configuration.
    ///
    /// @return its folder
    public Path log(SyntheticLog.Config config) {
        Path log = folder.resolve("logs").resolve("log-" + hash(Config.write(config)));
        if (Truth.read(log).isEmpty()) {
            SyntheticLog.write(config, log, threads, progress);
        }
        return log;
    }

    /// A folder beside the logs that is made once.
    ///
    /// @param maker leaves the folder whole or not at all
    public Path made(String name, Consumer<Path> maker) {
        Path made = folder.resolve("logs").resolve(name);
        if (!Files.isDirectory(made)) {
            maker.accept(made);
        }
        return made;
    }

    /// Figures that are measured once and from then on read again.
    ///
    /// @param recipe all that decides them
    public Map<String, Double> figures(String name, String recipe, Supplier<Map<String, Double>> measurement) {
        Path file = folder.resolve("figures").resolve(name + "-" + hash(recipe) + ".json");
        if (!Files.isRegularFile(file)) {
            write(file, JsonMapper.shared().writeValueAsString(measurement.get()));
        }
        Map<String, Double> figures = new LinkedHashMap<>();
        JsonMapper.shared()
                .readTree(file.toFile())
                .properties()
                .forEach(entry -> figures.put(entry.getKey(), entry.getValue().asDouble()));
        return figures;
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": its folder cannot be made", e);
        }
        RunFolder.replace(file, text);
    }

    /// The first batches of a dataset's training split in the order of the options, as many as it has.
    public static List<Batch> batches(Dataset dataset, ReadOptions options, int most) {
        List<Batch> batches = new ArrayList<>();
        try (BatchReader reader = dataset.reader("train", options)) {
            for (Optional<Batch> next = reader.next();
                    next.isPresent() && batches.size() < most;
                    next = reader.next()) {
                batches.add(next.get());
            }
        }
        return batches;
    }

    /// The truth of a log.
    public Truth truth(Path log) {
        return Truth.read(log).orElseThrow();
    }

    /// Trains a model, or takes the finished run of the same configuration.
    ///
    /// @param recipe YAML over the preset that it names, or over the trainer's defaults
    /// @param model the block `model` of the configuration, as YAML on one line
    public Trial train(String name, String recipe, String model, Path log, long seed) {
        Path run = folder.resolve("runs").resolve(name + "-" + seed + "-" + hash(recipe + keys(model, log, seed)));
        TrainConfig config = config(recipe, model, log, seed).withOutput(run);
        TrainResult result = Files.isDirectory(run) ? Trainer.resume(run, progress) : Trainer.train(config, progress);
        Map<String, Double> test = result.test();
        return new Trial(
                name, seed, flops(config, log), metric(test, "logloss"), metric(test, "ne"), metric(test, "auc"), run);
    }

    /// How [#train] configures a run, but for its folder.
    public TrainConfig config(String recipe, String model, Path log, long seed) {
        Optional<String> preset = Fragment.parse(recipe, "recipe").at("preset").flatMap(Fragment::text);
        TrainConfig below = preset.map(Presets::named).orElseGet(TrainConfig::defaults);
        return Config.parse(recipe, "the recipe", keys(model, log, seed), below);
    }

    private List<String> keys(String model, Path log, long seed) {
        return List.of(
                "model=" + model, "dataset='" + log.toAbsolutePath() + "'", "seed=" + seed, "threads=" + threads);
    }

    /// Normalized entropy on the test split of a trained model whose matrix products are cast to other
    /// formats.
    public double cast(Trial trial, Numerics numerics) {
        return metric(
                figures("cast-" + trial.run().getFileName(), numerics.toString(), () -> cast(trial.run(), numerics)),
                "ne");
    }

    private Map<String, Double> cast(Path run, Numerics numerics) {
        try (TrainedModel model = TrainedModel.open(run, threads, numerics)) {
            Dataset dataset = Dataset.open(model.config().dataset());
            return Predictor.evaluate(model, dataset, "test", progress);
        }
    }

    private static double metric(Map<String, Double> metrics, String name) {
        return Objects.requireNonNull(metrics.get(name), name);
    }

    /// Training FLOPs per example of a model's network on a log.
    public static long flops(String model, Path log) {
        return flops(Config.parse("", "model", List.of("model=" + model), TrainConfig.defaults()), log);
    }

    private static long flops(TrainConfig config, Path log) {
        try (Arena arena = Arena.ofConfined()) {
            FeatureSchema schema = Dataset.open(log).schema();
            return Cost.of(ModelGraph.of(ModelZoo.configured(config.model()), schema, arena))
                    .trainingFlops();
        }
    }

    private static String hash(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
