package dev.herd.llama.tokenizer;

import dev.herd.llama.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Published vectors beside the repository, for tests that say so when they are not there.
public final class TokenizerVectors {
    private static final String SEPARATOR = "\n__ggml_vocab_test__\n";

    private TokenizerVectors() {}

    /// A text and its ids.
    public record Vector(String text, int[] ids) {}

    /// The pair of files `name.inp` and `name.out` that llama.cpp keeps for a vocabulary.
    static List<Vector> ofPair(String name) throws IOException {
        String[] texts = Files.readString(SharedData.path(name + ".inp")).split(SEPARATOR, -1);
        String[] lines = Files.readString(SharedData.path(name + ".out")).split("\n", -1);
        List<Vector> vectors = new ArrayList<>();
        // A separator ends each text, the last one too.
        for (int i = 0; i < texts.length - 1; i++) {
            int[] ids = Arrays.stream(lines[i].trim().split(" +"))
                    .filter(each -> !each.isEmpty())
                    .mapToInt(Integer::parseInt)
                    .toArray();
            vectors.add(new Vector(texts[i], ids));
        }
        return vectors;
    }

    /// The objects of a file of JSON lines.
    public static List<JsonNode> lines(String name) throws IOException {
        JsonMapper json = JsonMapper.shared();
        return Files.readAllLines(SharedData.path(name)).stream()
                .filter(line -> !line.isBlank())
                .map(json::readTree)
                .toList();
    }

    public static JsonNode json(String name) throws IOException {
        return JsonMapper.shared().readTree(Files.readAllBytes(SharedData.path(name)));
    }

    public static int[] ids(JsonNode array) {
        return array.valueStream().mapToInt(JsonNode::asInt).toArray();
    }
}
