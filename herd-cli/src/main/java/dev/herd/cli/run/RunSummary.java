package dev.herd.cli.run;

import dev.herd.data.config.Config;
import dev.herd.train.TrainConfig;
import dev.herd.train.run.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a run folder tells of its run so far.
///
/// @param result content of `result.json`; missing node while the run is not finished
/// @param progress entries of training progress, in order of time
/// @param evaluations entries of evaluations and of the final test, in order of time
public record RunSummary(
        Path folder, TrainConfig config, JsonNode result, List<JsonNode> progress, List<JsonNode> evaluations) {

    /// **Throws** [InputException] when the folder holds no run.
    public static RunSummary read(Path folder) {
        TrainConfig config = Config.read(RunFolder.config(folder), List.of(), TrainConfig.defaults());
        List<JsonNode> progress = new ArrayList<>();
        List<JsonNode> evaluations = new ArrayList<>();
        for (String line : lines(folder.resolve("metrics.jsonl"))) {
            JsonNode entry = parse(line);
            if (entry.path("kind").asString("").equals("train")) {
                progress.add(entry);
            } else if (entry.isObject()) {
                evaluations.add(entry);
            }
        }
        return new RunSummary(folder, config, result(folder.resolve("result.json")), progress, evaluations);
    }

    public boolean finished() {
        return result.isObject();
    }

    /// Training loss by the number of rows seen.
    public Map<Long, Double> lossBySample() {
        Map<Long, Double> losses = new LinkedHashMap<>();
        for (JsonNode entry : progress) {
            if (entry.has("loss")) {
                losses.put(
                        entry.get("step").asLong() * config.batchSize(),
                        entry.get("loss").asDouble());
            }
        }
        return losses;
    }

    private static JsonNode result(Path file) {
        return Files.exists(file)
                ? parse(String.join("\n", lines(file)))
                : JsonMapper.shared().missingNode();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The last line of a run that was killed may be cut off.
    private static JsonNode parse(String line) {
        try {
            return JsonMapper.shared().readTree(line);
        } catch (JacksonException cutOff) {
            return JsonMapper.shared().missingNode();
        }
    }
}
