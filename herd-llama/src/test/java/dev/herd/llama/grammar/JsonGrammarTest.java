package dev.herd.llama.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.numerics.CounterRandom;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonGrammarTest {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static boolean takes(Pattern pattern, String text) {
        return takes(pattern, text.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean takes(Pattern pattern, byte... text) {
        Automaton.State at = new Automaton(pattern).start();
        for (byte each : text) {
            at = at.after(each & 0xFF);
        }
        return at.complete();
    }

    private static Pattern schema(String schema) {
        return JsonSchema.pattern(JSON.readTree(schema));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"a\": 1}",
                "{\"a\":{\"b\":[1,-2.5e+3,true,null,\"\"]}}",
                "{\n  \"a\": [\n    {}\n  ]\n}",
                "{\"\\u00e9\\n\": \"h\u00e9 \u20ac \uD83D\uDE00\"}",
                "{\"a\": 0.5, \"b\": [ ] }"
            })
    void jsonIsTaken(String text) {
        assertThat(JSON.readTree(text).isObject()).isTrue();
        assertThat(takes(JsonPatterns.ANY_OBJECT, text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{}}",
                "{} {}",
                "{\"a\"}",
                "{\"a\": }",
                "{\"a\": 01}",
                "{\"a\": 1,}",
                "{a: 1}",
                "{\"a\": 1.}",
                "{\"a\": +1}",
                "{\"a\": \"\n\"}",
                "{\"a\": \"\\x\"}",
                "{\"a\": tru}",
                "{\"a\": NaN}"
            })
    void whatIsNoJsonObjectIsNot(String text) {
        assertThat(takes(JsonPatterns.ANY_OBJECT, text)).isFalse();
    }

    @Test
    void bytesThatAreNoUtf8AreNotTaken() {
        for (int[] inner :
                new int[][] {{0xC0, 0x80}, {0x80}, {0xED, 0xA0, 0x80}, {0xF5, 0x80, 0x80, 0x80}, {0xE2, 0x82}}) {
            byte[] text = new byte[inner.length + 2];
            text[0] = '"';
            for (int i = 0; i < inner.length; i++) {
                text[i + 1] = (byte) inner[i];
            }
            text[text.length - 1] = '"';
            assertThat(takes(JsonPatterns.STRING, text)).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"type\": \"integer\"} | -12 | 1.5",
                "{\"type\": \"number\"} | 1.5 | \"1.5\"",
                "{\"type\": [\"string\", \"null\"]} | null | 0",
                "{\"enum\": [\"a\", 7, null]} | 7 | 8",
                "{\"const\": {\"a\": [1]}} | {\"a\":[1]} | {\"a\":[2]}",
                "{\"type\": \"string\", \"minLength\": 2, \"maxLength\": 3} | \"\u00e9\u20ac\" | \"abcd\"",
                "{\"type\": \"string\", \"minLength\": 2} | \"abcd\" | \"a\"",
                "{\"type\": \"array\", \"items\": {\"type\": \"boolean\"}, \"minItems\": 1, \"maxItems\": 2} | [true, false] | []",
                "{\"type\": \"array\", \"items\": {\"type\": \"boolean\"}, \"minItems\": 1, \"maxItems\": 2} | [true] | [true, true, true]",
                "{\"type\": \"array\", \"maxItems\": 0} | [] | [1]",
                "{\"anyOf\": [{\"type\": \"boolean\"}, {\"type\": \"integer\"}]} | 3 | null",
                "{\"type\": \"object\"} | {\"a\": [1]} | []",
                "{\"type\": \"object\", \"additionalProperties\": {\"type\": \"integer\"}} | {\"a\": 1, \"b\": 2} | {\"a\": \"1\"}",
                "{\"type\": \"object\", \"additionalProperties\": false} | {} | {\"a\": 1}",
            })
    void schemasTakeWhatTheySayAndNothingElse(String schema, String taken, String refused) {
        assertThat(takes(schema(schema), taken)).isTrue();
        assertThat(takes(schema(schema), refused)).isFalse();
    }

    @Test
    void requiredPropertiesMustComeAndOthersMay() {
        Pattern pattern =
                schema("{\"type\": \"object\", \"required\": [\"b\"], \"properties\": {\"a\": {\"type\": \"integer\"},"
                        + " \"b\": {\"type\": \"integer\"}, \"c\": {\"type\": \"integer\"}}}");
        for (String text :
                List.of("{\"b\": 1}", "{\"a\":1,\"b\":1}", "{\"b\": 1, \"c\": 2}", "{\"a\": 0, \"b\": 1, \"c\": 2}")) {
            assertThat(takes(pattern, text)).as(text).isTrue();
        }
        for (String text : List.of(
                "{}", "{\"a\": 1}", "{\"a\": 1, \"c\": 1}", "{\"b\": 1,}", "{, \"b\": 1}", "{\"b\": 1, \"d\": 1}")) {
            assertThat(takes(pattern, text)).as(text).isFalse();
        }
    }

    @Test
    void aSchemaCanHoldItself() {
        Pattern tree = schema(
                "{\"$ref\": \"#/$defs/tree\", \"$defs\": {\"tree\": {\"type\": \"object\", \"required\": [\"children\"],"
                        + " \"properties\": {\"children\": {\"type\": \"array\", \"items\": {\"$ref\": \"#/$defs/tree\"}}}}}}");
        assertThat(takes(tree, "{\"children\": [{\"children\": []}, {\"children\": [{\"children\": []}]}]}"))
                .isTrue();
        assertThat(takes(tree, "{\"children\": [1]}")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"type\": \"string\", \"pattern\": \"a\"} | #/pattern is a keyword that cannot be enforced here",
                "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"integer\", \"minimum\": 1}}} | #/properties/a/minimum is a keyword",
                "{\"type\": \"text\"} | #/type must be object, array",
                "{\"type\": \"object\", \"properties\": {\"a\": true}, \"required\": [\"b\"]} | #/required names \"b\", which is no property",
                "{\"$ref\": \"other.json\"} | #/$ref must name a place in the schema",
                "{\"enum\": []} | #/enum must be a list of 1",
                "{\"type\": \"array\", \"minItems\": -1} | #/minItems must be a whole number, got -1",
                "{\"type\": \"array\", \"minItems\": 3, \"maxItems\": 2} | #/maxItems is 2, below the least that is asked for, 3",
                "7 | # must be an object or true, got 7",
            })
    void whatCannotBeEnforcedIsNamed(String schema, String message) {
        assertThatThrownBy(() -> schema(schema))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    /// Whatever way is taken through the automaton, JSON comes out.
    @Test
    void randomWalksWriteJson() {
        Automaton automaton = new Automaton(JsonPatterns.ANY_OBJECT);
        int whole = 0;
        for (int walk = 0; walk < 300; walk++) {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            Automaton.State at = automaton.start();
            for (int i = 0; i < 300 && !(at.complete() && i > 20); i++) {
                List<Integer> next = new ArrayList<>();
                for (int value = 0; value < 256; value++) {
                    if (!at.after(value).impossible()) {
                        next.add(value);
                    }
                }
                if (next.isEmpty()) {
                    break;
                }
                int closing = next.indexOf((int) "}]\"".charAt(i % 3));
                int pick = closing >= 0 && i > 40 ? closing : (int) CounterRandom.below(2, walk, i, next.size());
                text.write(next.get(pick));
                at = at.after(next.get(pick));
            }
            if (at.complete()) {
                JsonNode parsed = JSON.readTree(text.toByteArray());
                assertThat(parsed.isObject()).isTrue();
                whole++;
            }
        }
        assertThat(whole).isGreaterThan(100);
    }
}
