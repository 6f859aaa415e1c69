package dev.herd.data.config;

import dev.herd.data.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/// Reads one YAML document into [ConfigNode]s.
final class YamlSource {
    private static final YAMLFactory YAML = new YAMLFactory();

    private final JsonParser parser;
    private final String source;
    private final @Nullable Place fixed;

    private YamlSource(JsonParser parser, String source, @Nullable Place fixed) {
        this.parser = parser;
        this.source = source;
        this.fixed = fixed;
    }

    static ConfigNode read(Path file) {
        return parse(text(file), file.toString(), null);
    }

    static ConfigNode parse(String text, String source) {
        return parse(text, source, null);
    }

    /// The value of an override; every node stands at the given place.
    static ConfigNode parse(String text, Place place) {
        return parse(text, place.source(), place);
    }

    private static ConfigNode parse(String text, String source, @Nullable Place fixed) {
        Place start = fixed != null ? fixed : new Place(source, 1, 1);
        try (JsonParser parser = YAML.createParser(text)) {
            YamlSource reader = new YamlSource(parser, source, fixed);
            JsonToken first = parser.nextToken();
            ConfigNode root =
                    first == null ? new ConfigNode.Scalar(start, ConfigNode.ScalarKind.NULL, "") : reader.node(first);
            if (parser.nextToken() != null) {
                throw reader.here().error("a second YAML document starts here; one document is accepted");
            }
            return root;
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            Place place = fixed != null || at == null ? start : new Place(source, at.getLineNr(), at.getColumnNr());
            throw new InputException(place + ": this is no valid YAML: " + firstLine(e.getOriginalMessage()), e);
        }
    }

    private static String text(Path file) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString();
        } catch (NoSuchFileException e) {
            throw new InputException(file + ": there is no such file", e);
        } catch (CharacterCodingException e) {
            throw new InputException(file + ": this is no UTF-8 text; save the file as UTF-8", e);
        } catch (IOException e) {
            throw new InputException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private ConfigNode node(JsonToken token) {
        Place place = here();
        if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
            throw place.error("YAML aliases are not supported; repeat the value");
        }
        return switch (token) {
            case START_OBJECT -> mapping(place);
            case START_ARRAY -> sequence(place);
            case VALUE_NULL -> new ConfigNode.Scalar(place, ConfigNode.ScalarKind.NULL, "");
            case VALUE_TRUE, VALUE_FALSE ->
                new ConfigNode.Scalar(place, ConfigNode.ScalarKind.BOOLEAN, parser.getString());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                new ConfigNode.Scalar(place, ConfigNode.ScalarKind.NUMBER, parser.getString());
            default -> new ConfigNode.Scalar(place, ConfigNode.ScalarKind.TEXT, parser.getString());
        };
    }

    private ConfigNode sequence(Place place) {
        List<ConfigNode> items = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            items.add(node(token));
        }
        return new ConfigNode.Sequence(place, items);
    }

    private ConfigNode mapping(Place place) {
        SequencedMap<String, ConfigNode> entries = new LinkedHashMap<>();
        Map<String, Place> places = new LinkedHashMap<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_OBJECT; token = parser.nextToken()) {
            String key = parser.currentName();
            Place keyPlace = here();
            Place first = places.putIfAbsent(key, keyPlace);
            if (first != null) {
                throw keyPlace.error("key '" + key + "' is given twice; the first is at " + first);
            }
            entries.put(key, node(parser.nextToken()));
        }
        return new ConfigNode.Mapping(place, entries, places);
    }

    private Place here() {
        if (fixed != null) {
            return fixed;
        }
        TokenStreamLocation at = parser.currentTokenLocation();
        return new Place(source, at.getLineNr(), at.getColumnNr());
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("");
    }
}
