package dev.herd.llama.weights;

import dev.herd.data.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads the small JSON files of a model folder, strictly.
final class Json {
    /// A key that stands twice is a fault, not a choice.
    static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final long LARGEST = 16L << 20;

    private Json() {}

    static JsonNode read(Path file) {
        try {
            long size = Files.size(file);
            if (size > LARGEST) {
                throw InputException.of(file, "has " + size + " bytes; up to " + LARGEST + " are read");
            }
            JsonNode node = MAPPER.readTree(Files.readAllBytes(file));
            if (!node.isObject()) {
                throw InputException.of(file, "is not a JSON object");
            }
            return node;
        } catch (IOException e) {
            throw new InputException(file + ": cannot be read: " + e, e);
        } catch (JacksonException e) {
            throw new InputException(file + ": is not JSON: " + reason(e), e);
        }
    }

    static String reason(JacksonException e) {
        return Excerpt.of(String.valueOf(e.getOriginalMessage())) + " at line "
                + e.getLocation().getLineNr() + ", column "
                + e.getLocation().getColumnNr();
    }
}
