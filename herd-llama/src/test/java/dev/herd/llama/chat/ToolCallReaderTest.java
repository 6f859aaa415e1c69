package dev.herd.llama.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.llama.chat.ToolCallReader.Found;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ToolCallReaderTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String LETTERS = "abz_ 09\"'\\\n\t{}[]()=,:<>/\u00e9\u4f60\u0001";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{\"name\": \"f\", \"parameters\": {\"a\": 1}} | JSON | f | {\"a\":1}",
                "{\"type\":\"function\",\"name\":\"f\",\"parameters\":{}} | JSON | f | {}",
                "{\"name\": \"brave_search\", \"parameters\": {\"q\": \"x\"}} | JSON | brave_search | {\"query\":\"x\"}",
                "<function=f>{\"a\": [1, null]}</function> | FUNCTION_TAG | f | {\"a\":[1,null]}",
                "[f(a=1, b='x', c=\"y\", d=True, e=None, f=[1.5, -2], g={'k': (1,)})] | PYTHON_LIST | f"
                        + " | {\"a\":1,\"b\":\"x\",\"c\":\"y\",\"d\":true,\"e\":null,\"f\":[1.5,-2],\"g\":{\"k\":[1]}}",
                "[ns.f()] | PYTHON_LIST | ns.f | {}",
                "brave_search.call(query=\"who?\") | BUILT_IN | brave_search | {\"query\":\"who?\"}",
                "wolfram_alpha.call(query=\"say \"hi\"\") | BUILT_IN | wolfram_alpha | {\"query\":\"say \\\"hi\\\"\"}"
            })
    void callsAreReadInEverySyntax(String text, ToolSyntax syntax, String name, String arguments) {
        Found found = ToolCallReader.read(" " + text + "\n", false).orElseThrow();
        assertThat(found.syntax()).isEqualTo(syntax);
        assertThat(found.calls()).containsExactly(call(name, arguments));
    }

    @Test
    void severalCallsStandInOneList() {
        Found found = ToolCallReader.read("[f(a=1), g(b=\"x\"),]", false).orElseThrow();
        assertThat(found.calls()).containsExactly(call("f", "{\"a\":1}"), call("g", "{\"b\":\"x\"}"));
        assertThatThrownBy(() -> ToolSyntax.JSON.write(found.calls())).hasMessage("JSON holds one call, got 2");
    }

    @Test
    void whatFollowsThePythonTagIsCodeUnlessItIsAnotherCall() {
        String code = "x = [1, 2]\nprint(f\"{x}\")";
        Found found = ToolCallReader.read(code, true).orElseThrow();
        assertThat(found.syntax()).isEqualTo(ToolSyntax.CODE);
        assertThat(found.calls().getFirst().name()).isEqualTo(ToolSyntax.CODE_INTERPRETER);
        assertThat(ToolSyntax.CODE.write(found.calls())).isEqualTo(code);
        assertThat(ToolCallReader.read("brave_search.call(query=\"a\")", true))
                .hasValueSatisfying(each -> assertThat(each.syntax()).isEqualTo(ToolSyntax.BUILT_IN));
        assertThat(ToolCallReader.read("  ", true)).isEmpty();
        assertThat(ToolCallReader.message("print(1)", false)).isEqualTo(new Message.Text(Role.ASSISTANT, "print(1)"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Hello",
                "{\"name\": \"f\"}",
                "{\"name\": \"f\", \"parameters\": [1]}",
                "{\"name\": \"f\", \"parameters\": {\"a\": 1}",
                "{\"name\": \"f\", \"parameters\": {}} and more",
                "{\"name\": \"f\", \"name\": \"g\", \"parameters\": {}}",
                "{\"name\": \" \", \"parameters\": {}}",
                "{\"name\": 7, \"parameters\": {}}",
                "Use {\"name\": \"f\", \"parameters\": {}}",
                "<function=f>{\"a\": 1}",
                "<function=f>{\"a\": }</function>",
                "<function=>{}</function>",
                "[]",
                "[f]",
                "[f(1)]",
                "[f(a=b)]",
                "[f(a=1, a=2)]",
                "[f(a=1)",
                "[f(a='x)]",
                "[f(a=1e999)]",
                "[f(a=1)] [g()]",
                "[f(a=lambda: 1)]",
                "[f(a=1 b=2)]",
                "[1, 2, 3]",
                "try brave_search.call(query=\"x\")",
                "brave_search.call(q=\"x\")",
                "brave_search.call(query=x)"
            })
    void brokenCallsStayText(String text) {
        assertThat(ToolCallReader.read(text, false)).isEmpty();
        assertThat(ToolCallReader.message(text, false)).isEqualTo(new Message.Text(Role.ASSISTANT, text));
    }

    @Test
    void deepNestingIsNoCallAndNoFault() {
        assertThat(ToolCallReader.read("[f(a=" + "[".repeat(100_000), false)).isEmpty();
        assertThat(ToolCallReader.read("{\"name\":\"f\",\"parameters\":{\"a\":" + "[".repeat(100_000), false))
                .isEmpty();
    }

    /// Generated calls: written, read, written again.
    @ParameterizedTest
    @EnumSource
    void whatWasWrittenIsReadAsItWas(ToolSyntax syntax) {
        Random random = new Random(7);
        for (int i = 0; i < 500; i++) {
            List<ToolCall> calls = calls(syntax, random);
            String text = syntax.write(calls);
            Optional<Found> found = ToolCallReader.read(text, syntax == ToolSyntax.CODE);
            assertThat(found).as(text).hasValue(new Found(syntax, calls));
            assertThat(syntax.write(found.orElseThrow().calls())).isEqualTo(text);
        }
    }

    /// Cut anywhere, a call is not another call.
    @ParameterizedTest
    @EnumSource(names = "CODE", mode = EnumSource.Mode.EXCLUDE)
    void theBeginningOfACallIsText(ToolSyntax syntax) {
        Random random = new Random(11);
        for (int i = 0; i < 300; i++) {
            String text = syntax.write(calls(syntax, random));
            String start = text.substring(0, random.nextInt(text.length()));
            if (!start.strip().endsWith("\")")) {
                assertThat(ToolCallReader.read(start, false)).as(start).isEmpty();
            }
        }
    }

    private static List<ToolCall> calls(ToolSyntax syntax, Random random) {
        return switch (syntax) {
            case JSON, FUNCTION_TAG -> List.of(new ToolCall(name(random), object(random, 0, false)));
            case PYTHON_LIST -> {
                List<ToolCall> calls = new ArrayList<>();
                for (int i = 0; i <= random.nextInt(3); i++) {
                    calls.add(new ToolCall(name(random), object(random, 0, true)));
                }
                yield calls;
            }
            case BUILT_IN -> List.of(new ToolCall(name(random), one("query", text(random))));
            case CODE -> List.of(new ToolCall(ToolSyntax.CODE_INTERPRETER, one("code", "x=" + name(random))));
        };
    }

    private static ObjectNode one(String key, String value) {
        return JSON.createObjectNode().put(key, value);
    }

    private static ObjectNode object(Random random, int depth, boolean names) {
        ObjectNode object = JSON.createObjectNode();
        for (int i = random.nextInt(4); i > 0; i--) {
            object.set(names ? name(random) : text(random), value(random, depth + 1));
        }
        return object;
    }

    private static JsonNode value(Random random, int depth) {
        return switch (random.nextInt(depth > 3 ? 5 : 7)) {
            case 0 -> JSON.readTree(Long.toString(random.nextLong() >> random.nextInt(64)));
            case 1 -> JSON.getNodeFactory().numberNode(random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20));
            case 2 -> JSON.getNodeFactory().booleanNode(random.nextBoolean());
            case 3 -> JSON.getNodeFactory().nullNode();
            case 4 -> JSON.getNodeFactory().stringNode(text(random));
            case 5 -> object(random, depth, false);
            default -> {
                var array = JSON.createArrayNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(value(random, depth + 1));
                }
                yield array;
            }
        };
    }

    private static String name(Random random) {
        return "f" + Integer.toString(random.nextInt(1 << 20), 36);
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }

    private static ToolCall call(String name, String arguments) {
        return new ToolCall(name, (ObjectNode) JSON.readTree(arguments));
    }
}
