package dev.herd.train;

import dev.herd.data.config.Config;
import dev.herd.data.dataset.Dataset;
import dev.herd.train.report.ModelSheet;
import dev.herd.train.report.RunStory;
import dev.herd.train.run.Environment;
import dev.herd.train.run.RunFolder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Puts together what the report shows, from the run's folder.
final class StoryTeller {
    /// With a split's name the key of a dataset's provenance for its best possible normalized entropy,
    /// where it is known.
    static final String BEST_ENTROPY = "best_ne_";

    private static final Set<String> NO_METRICS =
            Set.of("time", "kind", "step", "epoch", "split", "rows", "best", "reliability");

    private final RunFolder folder;
    private final TrainConfig config;
    private final Dataset dataset;
    private final Network network;

    StoryTeller(RunFolder folder, TrainConfig config, Dataset dataset, Network network) {
        this.folder = folder;
        this.config = config;
        this.dataset = dataset;
        this.network = network;
    }

    RunStory story(StepClock clock) {
        List<JsonNode> entries = folder.entries();
        List<RunStory.Progress> progress = new ArrayList<>();
        List<RunStory.Evaluation> evaluations = new ArrayList<>();
        List<RunStory.Reliability> reliability = List.of();
        long bestStep = entries.stream()
                .filter(entry -> entry.path("best").asBoolean())
                .mapToLong(entry -> entry.path("step").asLong())
                .max()
                .orElse(-1);
        for (JsonNode entry : entries) {
            if (entry.path("kind").asString().equals(RunRecord.PROGRESS)) {
                progress.add(progress(entry));
            } else {
                evaluations.add(new RunStory.Evaluation(
                        entry.path("step").asLong(),
                        entry.path("epoch").asInt(),
                        entry.path("split").asString(),
                        metrics(entry),
                        entry.path("best").asBoolean() && entry.path("step").asLong() == bestStep));
                reliability = reliability(entry);
            }
        }
        return new RunStory(
                config.model().name() + " on " + dataset.folder().getFileName(),
                summary(evaluations, progress),
                facts(),
                progress,
                evaluations,
                clock.milliseconds(),
                reliability,
                bestEntropy(),
                model(),
                Config.write(config));
    }

    /// The metrics of the last entry of a kind at a step; empty when there is none.
    static Map<String, Double> metrics(List<JsonNode> entries, String kind, long step) {
        return entries.reversed().stream()
                .filter(entry -> entry.path("kind").asString().equals(kind)
                        && entry.path("step").asLong() == step)
                .findFirst()
                .map(entry -> (Map<String, Double>) metrics(entry))
                .orElse(Map.of());
    }

    private static RunStory.Progress progress(JsonNode entry) {
        return new RunStory.Progress(
                entry.path("step").asLong(),
                number(entry, "loss"),
                number(entry, "learning_rate"),
                number(entry, "samples_per_s"),
                number(entry, "gradient_norm"));
    }

    private static double number(JsonNode entry, String name) {
        JsonNode value = entry.path(name);
        return value.isNumber() ? value.asDouble() : Double.NaN;
    }

    private static SequencedMap<String, Double> metrics(JsonNode entry) {
        SequencedMap<String, Double> metrics = new LinkedHashMap<>();
        entry.properties().forEach(property -> {
            if (!NO_METRICS.contains(property.getKey())) {
                metrics.put(property.getKey(), property.getValue().asDouble());
            }
        });
        return Collections.unmodifiableSequencedMap(metrics);
    }

    private static List<RunStory.Reliability> reliability(JsonNode entry) {
        List<RunStory.Reliability> bins = new ArrayList<>();
        entry.path("reliability")
                .forEach(bin -> bins.add(new RunStory.Reliability(
                        bin.get(0).asDouble(), bin.get(1).asDouble(), bin.get(2).asLong())));
        return bins;
    }

    private ModelSheet model() {
        return ModelSheet.of(
                network.model(),
                List.copyOf(network.tables().keySet()),
                dataset.schema(),
                config.tables().precision());
    }

    private OptionalDouble bestEntropy() {
        String known =
                dataset.provenance().get(BEST_ENTROPY + config.evaluation().test());
        return known == null ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(known));
    }

    private SequencedMap<String, String> summary(
            List<RunStory.Evaluation> evaluations, List<RunStory.Progress> progress) {
        SequencedMap<String, String> tiles = new LinkedHashMap<>();
        shown(evaluations).ifPresent(entry -> {
            for (String name : List.of("auc", "gauc", "logloss", "ne", "calibration")) {
                Double value = entry.metrics().get(name);
                if (value != null) {
                    tiles.put(name + " on " + entry.split(), String.format(Locale.ROOT, "%.4f", value));
                }
            }
        });
        bestEntropy().ifPresent(best -> tiles.put("best possible NE", String.format(Locale.ROOT, "%.4f", best)));
        progress.stream()
                .mapToDouble(RunStory.Progress::rowsPerSecond)
                .filter(Double::isFinite)
                .average()
                .ifPresent(rate -> tiles.put("samples/s", String.format(Locale.ROOT, "%,.0f", rate)));
        tiles.put("parameters", String.format(Locale.ROOT, "%,d", network.count()));
        return tiles;
    }

    /// The measurement that stands for the run: that of the test split, else the best one, else the last.
    private Optional<RunStory.Evaluation> shown(List<RunStory.Evaluation> evaluations) {
        return evaluations.reversed().stream()
                .filter(entry -> entry.split().equals(config.evaluation().test()))
                .findFirst()
                .or(() -> evaluations.reversed().stream()
                        .filter(RunStory.Evaluation::best)
                        .findFirst())
                .or(() -> evaluations.reversed().stream().findFirst());
    }

    private SequencedMap<String, String> facts() {
        SequencedMap<String, String> facts = new LinkedHashMap<>();
        facts.put("dataset", dataset.folder().toString());
        for (String split : dataset.splits()) {
            facts.put("rows of " + split, String.format(Locale.ROOT, "%,d", dataset.rows(split)));
        }
        facts.put("matrix products", config.numerics().toString());
        ObjectNode environment = Environment.json();
        environment
                .properties()
                .forEach(entry -> facts.put(entry.getKey(), entry.getValue().asString()));
        return facts;
    }
}
