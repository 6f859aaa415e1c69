package dev.herd.llama.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.herd.llama.SharedData;
import dev.herd.llama.tokenizer.TokenizerVectors.Vector;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Real vocabularies against ids that other implementations published, all of them.
class PublishedVectorsTest {
    private static final String LLAMA3 = "llama3-tokenizer/tokenizer.model";

    @Test
    void llama3EncodesEveryPublishedText() throws IOException {
        Tokenizer tokenizer = Tokenizer.open(SharedData.path(LLAMA3));
        assertVectors(tokenizer, TokenizerVectors.ofPair("llama3-tokenizer/vectors/llama-bpe"));
        assertThat(tokenizer.vocabulary()).isEqualTo(128_256);
        assertThat(tokenizer.marks().stops()).containsExactlyInAnyOrder(128_001, 128_008, 128_009);
    }

    @Test
    void llama3EncodesTheHardTextsWithAndWithoutMarks() throws IOException {
        Tokenizer tokenizer = Tokenizer.open(SharedData.path(LLAMA3));
        List<JsonNode> cases = TokenizerVectors.lines("hf-golden/tokenizer/strings.jsonl");
        assertThat(cases).hasSize(46);
        for (JsonNode each : cases) {
            String name = each.path("case").asString();
            String text = each.path("text").asString();
            assertThat(pieces(text)).as(name).isEqualTo(strings(each.path("pieces")));
            assertThat(tokenizer.encode(text)).as(name).isEqualTo(TokenizerVectors.ids(each.path("ids")));
            int[] parsed = TokenizerVectors.ids(each.path("ids_special_parsed"));
            assertThat(tokenizer.encodeWithMarks(text)).as(name).isEqualTo(parsed);
            assertThat(tokenizer.decode(tokenizer.encode(text))).as(name).isEqualTo(text);
            assertThat(tokenizer.decodeWithMarks(parsed)).as(name).isEqualTo(text);
        }
    }

    @Test
    void llama3AgreesWithItsAuthorsTests() throws IOException {
        Tokenizer tokenizer = Tokenizer.open(SharedData.path(LLAMA3));
        JsonNode vectors = TokenizerVectors.json("llama3-tokenizer/vectors/meta-official.json");
        for (JsonNode each : vectors.path("encode")) {
            int[] ids = tokenizer.framed(tokenizer.encode(each.path("text").asString()));
            int[] expected = TokenizerVectors.ids(each.path("ids"));
            assertThat(ids).isEqualTo(Arrays.copyOf(expected, expected.length - 1));
            assertThat(tokenizer.marks().end()).isEqualTo(expected[expected.length - 1]);
        }
        for (JsonNode each : vectors.path("decode")) {
            assertThat(tokenizer.decodeWithMarks(TokenizerVectors.ids(each.path("ids"))))
                    .isEqualTo(each.path("text").asString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ggml-vocab-gpt-2.gguf", "ggml-vocab-llama-spm.gguf"})
    void vocabulariesInsideGgufFilesEncodeEveryPublishedText(String name) throws IOException {
        Tokenizer tokenizer = Tokenizer.open(SharedData.path("gguf-vocabs/" + name));
        assertVectors(tokenizer, TokenizerVectors.ofPair("gguf-vocabs/" + name));
    }

    @Test
    void aCutVocabularyEncodesAsAnotherEngineDoes() throws IOException {
        Tokenizer tokenizer = Tokenizer.open(SharedData.path("llama-golden/model-q4_0.gguf"));
        List<JsonNode> cases = TokenizerVectors.lines("llama-golden/tok-cases.jsonl");
        assertThat(cases).hasSize(32);
        for (JsonNode each : cases) {
            String text = each.path("text").asString();
            assertThat(tokenizer.encode(text)).as(text).isEqualTo(TokenizerVectors.ids(each.path("ids")));
            assertThat(tokenizer.encodeWithMarks(text))
                    .as(text)
                    .isEqualTo(TokenizerVectors.ids(each.path("ids_parse_special")));
        }
        assertThat(tokenizer.marks().start()).isEqualTo(1744);
        assertThat(tokenizer.framed(5)).containsExactly(1744, 5);
    }

    @Test
    void theStoryOfATinyModelSurvivesItsVocabulary() throws IOException {
        Tokenizer tokenizer = Stories260kVocabulary.tokenizer();
        assertThat(tokenizer.vocabulary()).isEqualTo(512);
        String story = Files.readString(SharedData.path("stories260k/expected-greedy-256.txt"));
        int[] ids = tokenizer.encode(story);
        assertThat(ids.length).as("about 2.5 characters each").isBetween(200, 260);
        assertThat(tokenizer.decode(tokenizer.framed(ids))).isEqualTo(story);
    }

    private static void assertVectors(Tokenizer tokenizer, List<Vector> vectors) {
        assertThat(vectors).hasSize(46);
        for (Vector vector : vectors) {
            assertThat(tokenizer.encode(vector.text())).as(vector.text()).isEqualTo(vector.ids());
            assertThat(tokenizer.decode(vector.ids())).isEqualTo(vector.text());
        }
    }

    private static List<String> pieces(String text) {
        PieceScanner scanner = new PieceScanner(PreTokenizer.LLAMA3, text);
        List<String> pieces = new ArrayList<>();
        for (int start = 0; start < text.length(); ) {
            int end = scanner.end(start);
            pieces.add(text.substring(start, end));
            start = end;
        }
        return pieces;
    }

    private static List<String> strings(JsonNode array) {
        return array.valueStream().map(JsonNode::asString).toList();
    }
}
