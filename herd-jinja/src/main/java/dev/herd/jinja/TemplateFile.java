package dev.herd.jinja;

import dev.herd.data.InputException;
import dev.herd.llama.weights.GgufFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A template as it was found.
///
/// @param name where
record TemplateFile(String name, String source) {
    private static final String KEY = "chat_template";
    private static final String JINJA = "chat_template.jinja";
    private static final String CONFIG = "tokenizer_config.json";
    /// The one of several templates that is meant where nothing else is asked for.
    private static final String DEFAULT = "default";
    private static final long MOST_BYTES = 1 << 24;
    private static final byte[] GGUF = {'G', 'G', 'U', 'F'};

    static Optional<TemplateFile> read(Path path) {
        if (Files.isDirectory(path)) {
            Path jinja = path.resolve(JINJA);
            Path config = path.resolve(CONFIG);
            return Files.isRegularFile(jinja)
                    ? Optional.of(new TemplateFile(jinja.toString(), text(jinja)))
                    : Files.isRegularFile(config) ? inConfig(config) : Optional.empty();
        }
        if (isGguf(path)) {
            return inGguf(path);
        }
        return path.toString().endsWith(".json")
                ? inConfig(path)
                : Optional.of(new TemplateFile(path.toString(), text(path)));
    }

    private static boolean isGguf(Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            return Arrays.equals(in.readNBytes(GGUF.length), GGUF);
        } catch (IOException e) {
            throw new InputException(path + ": cannot be read: " + e, e);
        }
    }

    private static Optional<TemplateFile> inGguf(Path path) {
        try (GgufFile file = GgufFile.open(path)) {
            return file.metadata()
                    .text("tokenizer." + KEY)
                    .map(source -> new TemplateFile("tokenizer." + KEY + " of " + path, source));
        }
    }

    /// One template, or a list of them with names.
    private static Optional<TemplateFile> inConfig(Path config) {
        JsonNode given;
        try {
            given = JsonMapper.shared().readTree(text(config)).path(KEY);
        } catch (JacksonException e) {
            throw new InputException(config + ": is not JSON: " + e.getOriginalMessage(), e);
        }
        if (given.isString()) {
            return Optional.of(new TemplateFile(KEY + " of " + config, given.asString()));
        }
        return given.valueStream()
                .filter(each -> each.path("name").asString("").equals(DEFAULT))
                .filter(each -> each.path("template").isString())
                .findFirst()
                .map(each -> new TemplateFile(
                        KEY + " " + DEFAULT + " of " + config,
                        each.path("template").asString()));
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw InputException.of(file, "has more than " + MOST_BYTES + " bytes, too many for a template");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new InputException(file + ": cannot be read: " + e, e);
        }
    }
}
