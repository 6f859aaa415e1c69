package dev.herd.train.run;

import dev.herd.data.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The folder of one run: `config.yaml`, `environment.json`, `metrics.jsonl`, TensorBoard events,
/// `log.txt`, `checkpoints/`, and at the end `model/`, `result.json` and `report.html`.
///
/// **Owner**: whoever opened it closes it.
/// **Throws** `UncheckedIOException` naming the file when the disk is full or fails.
public final class RunFolder implements AutoCloseable {
    private static final String CONFIG = "config.yaml";
    private static final String METRICS = "metrics.jsonl";
    private static final String AT_THE_END = "test";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path folder;
    private final TensorBoardEvents events;

    private RunFolder(Path folder, TensorBoardEvents events) {
        this.folder = folder;
        this.events = events;
    }

    /// Where a run lies when nobody says where: `runs/<name>-<time>`, in local time.
    public static Path unnamed(String name) {
        return Path.of(
                "runs", name + "-" + LocalDateTime.now(ZoneId.systemDefault()).format(TIME));
    }

    /// Makes the folder of a new run.
    ///
    /// **Throws** [InputException] when a run lies there already.
    public static RunFolder create(Path folder, String config) {
        if (Files.exists(folder.resolve(CONFIG))) {
            throw InputException.of(
                    folder, "holds a run already; go on with it by --resume, or name another folder with output=...");
        }
        try {
            Files.createDirectories(folder);
            RunFolder run = new RunFolder(folder, TensorBoardEvents.create(folder.resolve("events"), 0, Instant.now()));
            run.write("environment.json", Environment.json());
            run.write(CONFIG, config);
            return run;
        } catch (IOException e) {
            throw new UncheckedIOException(folder + ": the run's folder cannot be made", e);
        }
    }

    /// Goes on with a run after step `step`; what it recorded beyond that step, and what it
    /// measured at its end, is dropped and will be recorded again.
    public static RunFolder resume(Path folder, long step) {
        config(folder);
        RunFolder run = new RunFolder(folder, TensorBoardEvents.create(folder.resolve("events"), step, Instant.now()));
        run.forgetAfter(step);
        return run;
    }

    /// The resolved configuration of the run in a folder.
    ///
    /// **Throws** [InputException] when there is none.
    public static Path config(Path folder) {
        Path config = folder.resolve(CONFIG);
        if (!Files.isRegularFile(config)) {
            throw InputException.of(folder, "is no folder of a run: it has no " + CONFIG);
        }
        return config;
    }

    public Path path() {
        return folder;
    }

    public Path checkpoints() {
        return checkpoints(folder);
    }

    public static Path checkpoints(Path folder) {
        return folder.resolve("checkpoints");
    }

    /// Appends an entry to `metrics.jsonl`, and its numbers to the TensorBoard events as `<kind>/<name>`.
    ///
    /// @param values numbers; those that are not finite are left out
    public void record(String kind, long step, Map<String, Double> values, Map<String, Object> details) {
        Map<String, Double> finite = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            if (Double.isFinite(value)) {
                finite.put(name, value);
            }
        });
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
        entry.put("kind", kind);
        entry.put("step", step);
        entry.putAll(details);
        entry.putAll(finite);
        append(METRICS, JSON.writeValueAsString(entry) + "\n");
        Map<String, Double> tagged = new LinkedHashMap<>();
        finite.forEach((name, value) -> tagged.put(kind + "/" + name, value));
        events.scalars(step, Instant.now(), tagged);
    }

    /// All entries of `metrics.jsonl`.
    public List<JsonNode> entries() {
        Path file = folder.resolve(METRICS);
        List<JsonNode> entries = new ArrayList<>();
        if (Files.exists(file)) {
            try (Stream<String> lines = Files.lines(file)) {
                lines.map(RunFolder::parse).filter(JsonNode::isObject).forEach(entries::add);
            } catch (IOException e) {
                throw new UncheckedIOException(file + ": cannot be read", e);
            }
        }
        return entries;
    }

    /* The last line of a killed run may be half written; it is no entry. */
    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (tools.jackson.core.JacksonException e) {
            return JSON.nullNode();
        }
    }

    private void forgetAfter(long step) {
        StringBuilder kept = new StringBuilder();
        for (JsonNode entry : entries()) {
            if (entry.path("step").asLong() <= step
                    && !entry.path("kind").asString().equals(AT_THE_END)) {
                kept.append(JSON.writeValueAsString(entry)).append('\n');
            }
        }
        write(METRICS, kept.toString());
    }

    /// Adds a line with the time to `log.txt`.
    public void log(String text) {
        append("log.txt", Instant.now().truncatedTo(ChronoUnit.SECONDS) + " " + text + "\n");
    }

    /// Writes a file as a whole: readers see the old one or the new one.
    public void write(String name, String text) {
        replace(folder.resolve(name), text);
    }

    /// Writes any file as a whole.
    public static void replace(Path file, String text) {
        Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
        try {
            Files.writeString(fresh, text, StandardCharsets.UTF_8);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be written: " + e.getMessage(), e);
        }
    }

    /// Writes a file of JSON.
    public void write(String name, ObjectNode json) {
        write(name, json.toPrettyString() + "\n");
    }

    private void append(String name, String text) {
        Path file = folder.resolve(name);
        try {
            Files.writeString(file, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be written: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        events.close();
    }
}
