package dev.herd.train.tune;

import dev.herd.data.InputException;
import dev.herd.train.run.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/// What a trial has come to so far: the file `trial.json` in its folder.
///
/// @param trial its number
/// @param values what was set, by key
/// @param rungs what it measured, rung by rung
/// @param error why it failed; null if it did not
record TrialRecord(
        int trial,
        Map<String, Object> values,
        List<Leg> rungs,
        @Nullable String error) {
    private static final String FILE = "trial.json";
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    TrialRecord {
        rungs = List.copyOf(rungs);
    }

    /// The way to a rung.
    ///
    /// @param value the monitored metric of the weights that would be kept
    /// @param steps done so far
    /// @param samples rows seen so far
    /// @param test metrics on the test split; empty before the end
    record Leg(
            double value,
            long steps,
            long keptStep,
            long samples,
            Map<String, Double> validation,
            Map<String, Double> test,
            double samplesPerSecond,
            boolean finished) {
        Leg {
            validation = new LinkedHashMap<>(validation);
            test = new LinkedHashMap<>(test);
        }
    }

    static TrialRecord start(Suggestion suggestion) {
        return new TrialRecord(suggestion.number(), suggestion.plain(), List.of(), null);
    }

    boolean failed() {
        return error != null;
    }

    TrialRecord with(Leg leg) {
        List<Leg> more = new ArrayList<>(rungs);
        more.add(leg);
        return new TrialRecord(trial, values, more, null);
    }

    TrialRecord withError(String what) {
        return new TrialRecord(trial, values, rungs, what);
    }

    /// The record in a trial's folder, or a fresh one.
    static TrialRecord read(Path folder, Suggestion suggestion) {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return start(suggestion);
        }
        try {
            return JSON.readValue(Files.readString(file), TrialRecord.class);
        } catch (JacksonException e) {
            throw new InputException(
                    file + ": damaged: " + e.getOriginalMessage() + "; remove its folder to train the trial anew", e);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be read", e);
        }
    }

    void write(Path folder) {
        RunFolder.replace(
                folder.resolve(FILE), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n");
    }
}
