package dev.herd.train;

import dev.herd.data.InputException;
import dev.herd.data.config.Config;
import dev.herd.data.config.Fragment;
import dev.herd.data.config.Spelling;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Training recipes kept as data: YAML files beside this class, over which a user's file is laid.
public final class Presets {
    private static final List<String> NAMES = List.of("bars", "one-pass");

    private Presets() {}

    /// Names for the key `preset`.
    public static List<String> names() {
        return NAMES;
    }

    /// The settings of a preset.
    ///
    /// **Throws** [InputException] with the known names when there is none of that name.
    public static TrainConfig named(String name) {
        if (!NAMES.contains(name)) {
            throw new InputException("unknown preset '" + name + "'" + Spelling.remedy(name, "presets", NAMES));
        }
        String resource = name + ".yaml";
        try (InputStream in = Presets.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks " + resource);
            }
            String yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Config.parse(yaml, "preset " + name, List.of(), TrainConfig.defaults());
        } catch (IOException e) {
            throw new UncheckedIOException("preset " + name + " cannot be read", e);
        }
    }

    /// A user's settings, over the preset that they name, over the defaults.
    public static TrainConfig read(Fragment settings) {
        Optional<String> preset = settings.at("preset").flatMap(Fragment::text).filter(name -> !name.isEmpty());
        return settings.as(preset.map(Presets::named).orElseGet(TrainConfig::defaults));
    }

    /// A user's file with overrides, over the preset that it names, over the defaults.
    public static TrainConfig read(Path yaml, List<String> overrides) {
        Optional<String> preset = Config.peek(yaml, overrides, "preset").filter(name -> !name.isEmpty());
        return Config.read(yaml, overrides, preset.map(Presets::named).orElseGet(TrainConfig::defaults));
    }
}
