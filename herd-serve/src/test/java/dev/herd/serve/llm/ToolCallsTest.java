package dev.herd.serve.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.herd.llama.batching.BatchingOptions;
import dev.herd.llama.chat.ChatFormat;
import dev.herd.llama.chat.ChatRenderer;
import dev.herd.llama.chat.Conversation;
import dev.herd.llama.chat.Conversation.ToolPlace;
import dev.herd.llama.chat.Message;
import dev.herd.llama.chat.Role;
import dev.herd.llama.chat.ToolCall;
import java.net.http.HttpResponse;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// Calls are forced by their form: the weights are random.
class ToolCallsTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String CHAT = "/v1/chat/completions";
    private static final int PAGES = 64;
    private static final String WEATHER = "{\"type\": \"function\", \"function\": {\"name\": \"weather\","
            + " \"description\": \"Of a city\", \"parameters\": {\"type\": \"object\", \"required\": [\"city\", \"days\"],"
            + " \"properties\": {\"city\": {\"$ref\": \"#/$defs/city\"}, \"days\": {\"enum\": [1, 3, 7]}},"
            + " \"$defs\": {\"city\": {\"type\": \"string\", \"maxLength\": 12}}}}}";
    private static final String NOW = "{\"type\": \"function\", \"function\": {\"name\": \"now\"}}";
    private static final String TOOLS = "\"tools\": [" + WEATHER + ", " + NOW + "]";
    private static final String NAMED =
            TOOLS + ", \"tool_choice\": {\"type\": \"function\", \"function\": {\"name\": \"weather\"}}";

    private static GoldenServer golden;

    @BeforeAll
    static void start() {
        golden = GoldenServer.start(PAGES, new BatchingOptions(4, 4, 64));
    }

    @AfterAll
    static void stop() {
        if (golden != null) {
            golden.close();
            assertThat(golden.trouble()).isEmpty();
        }
    }

    private static String question(String messages, String more) {
        return "{\"model\": \"model-f32\", \"messages\": [" + messages + "], " + more + "}";
    }

    private static String user(String text) {
        return "{\"role\": \"user\", \"content\": " + JSON.writeValueAsString(text) + "}";
    }

    private static JsonNode ask(String messages, String more) throws Exception {
        return golden.client()
                .ask(CHAT, question(messages, more))
                .path("choices")
                .path(0);
    }

    @Test
    void aNamedFunctionIsCalledWithArgumentsOfItsSchema() throws Exception {
        for (int seed = 0; seed < 4; seed++) {
            JsonNode choice = ask(user("Rain?"), NAMED + ", \"temperature\": 1.5, \"seed\": " + seed);
            assertThat(choice.path("finish_reason").asString()).isEqualTo("tool_calls");
            assertThat(choice.path("message").path("content").isNull()).isTrue();
            assertThat(choice.path("message").path("tool_calls").size()).isEqualTo(1);
            JsonNode call = choice.path("message").path("tool_calls").path(0);
            assertThat(call.propertyNames()).containsExactly("id", "type", "function");
            assertThat(call.path("id").asString()).startsWith("call_");
            assertThat(call.path("type").asString()).isEqualTo("function");
            assertThat(call.path("function").path("name").asString()).isEqualTo("weather");
            JsonNode arguments =
                    JSON.readTree(call.path("function").path("arguments").asString());
            assertThat(arguments.propertyNames()).containsExactly("city", "days");
            assertThat(arguments.path("city").asString().codePoints().count()).isLessThanOrEqualTo(12);
            assertThat(arguments.path("days").asInt()).isIn(1, 3, 7);
        }
    }

    @Test
    void aTurnThatMustCallCallsOneOfTheFunctions() throws Exception {
        List<String> called = List.of("weather", "now");
        for (int seed = 0; seed < 4; seed++) {
            JsonNode choice =
                    ask(user("Now?"), TOOLS + ", \"tool_choice\": \"required\", \"temperature\": 2, \"seed\": " + seed);
            JsonNode function =
                    choice.path("message").path("tool_calls").path(0).path("function");
            assertThat(function.path("name").asString()).isIn(called);
            assertThat(JSON.readTree(function.path("arguments").asString()).isObject())
                    .isTrue();
        }
    }

    @Test
    void theEventsOfAStreamMakeUpTheCall() throws Exception {
        String settings = NAMED + ", \"temperature\": 1.2, \"seed\": 5";
        JsonNode whole = ask(user("Rain?"), settings)
                .path("message")
                .path("tool_calls")
                .path(0)
                .path("function");
        List<String> events = golden.client()
                .events(CHAT, question(user("Rain?"), settings + ", \"stream\": true, \"logprobs\": true"));
        assertThat(events.getLast()).isEqualTo("[DONE]");
        List<JsonNode> choices = events.subList(0, events.size() - 1).stream()
                .map(event -> JSON.readTree(event).path("choices").path(0))
                .toList();
        StringBuilder arguments = new StringBuilder();
        int begun = 0;
        int tokens = 0;
        for (JsonNode choice : choices) {
            assertThat(choice.path("delta").path("content").asString("")).isEmpty();
            tokens += choice.path("logprobs").path("content").size();
            for (JsonNode part : choice.path("delta").path("tool_calls")) {
                assertThat(part.path("index").asInt()).isZero();
                arguments.append(part.path("function").path("arguments").asString());
                if (part.has("id")) {
                    begun++;
                    assertThat(part.path("type").asString()).isEqualTo("function");
                    assertThat(part.path("function").path("name")).isEqualTo(whole.path("name"));
                }
            }
        }
        assertThat(begun).isEqualTo(1);
        assertThat(arguments).hasToString(whole.path("arguments").asString());
        assertThat(choices.getLast().path("finish_reason").asString()).isEqualTo("tool_calls");
        assertThat(choices.stream().filter(each -> each.path("delta").has("tool_calls")))
                .as("arguments come as they are written")
                .hasSizeGreaterThan(3);
        assertThat(tokens).as("each token's probability is told once").isGreaterThan(10);
    }

    @Test
    void aCallThatIsCutOffSaysSo() throws Exception {
        JsonNode choice = ask(user("Rain?"), NAMED + ", \"max_tokens\": 25, \"temperature\": 0");
        assertThat(choice.path("finish_reason").asString()).isEqualTo("length");
        String arguments = choice.path("message")
                .path("tool_calls")
                .path(0)
                .path("function")
                .path("arguments")
                .asString();
        assertThat(arguments).startsWith("{");
        assertThat(ask(user("Rain?"), NAMED + ", \"max_tokens\": 2")
                        .path("message")
                        .path("content")
                        .asString())
                .startsWith("{");
    }

    @Test
    void toolsAreShownUnlessNoneMayBeCalled() throws Exception {
        String few = ", \"max_tokens\": 1";
        int shown = tokens(user("Rain?"), TOOLS + few);
        int hidden = tokens(user("Rain?"), TOOLS + ", \"tool_choice\": \"none\"" + few);
        assertThat(hidden).isEqualTo(tokens(user("Rain?"), "\"max_tokens\": 1"));
        Conversation chat = new Conversation(
                List.of(new Message.Text(Role.USER, "Rain?")),
                List.of(JSON.readTree(WEATHER), JSON.readTree(NOW)),
                List.of(),
                ToolPlace.FIRST_USER_MESSAGE,
                today());
        assertThat(shown).isEqualTo(length(chat));
    }

    @Test
    void callsAndTheirResultsGoBackIntoTheConversationOneByOne() throws Exception {
        String messages = user("Rain?")
                + ", {\"role\": \"assistant\", \"content\": null, \"tool_calls\": [" + call("a", "now", "{}") + ", "
                + call("b", "weather", "{\"city\": \"Bern\", \"days\": 3}") + "]}, "
                + result("b", "dry") + ", " + result("a", "noon");
        ObjectNode arguments = JSON.createObjectNode().put("city", "Bern").put("days", 3);
        Conversation chat = new Conversation(
                List.of(
                        new Message.Text(Role.USER, "Rain?"),
                        new Message.Calls(List.of(new ToolCall("now", JSON.createObjectNode()))),
                        new Message.Result(StringNode.valueOf("noon")),
                        new Message.Calls(List.of(new ToolCall("weather", arguments))),
                        new Message.Result(StringNode.valueOf("dry"))),
                List.of(JSON.readTree(WEATHER), JSON.readTree(NOW)),
                List.of(),
                ToolPlace.FIRST_USER_MESSAGE,
                today());
        assertThat(tokens(messages, TOOLS + ", \"max_tokens\": 1")).isEqualTo(length(chat));
    }

    private static String call(String id, String name, String arguments) {
        return "{\"id\": \"" + id + "\", \"type\": \"function\", \"function\": {\"name\": \"" + name
                + "\", \"arguments\": " + JSON.writeValueAsString(arguments) + "}}";
    }

    private static String result(String id, String content) {
        return "{\"role\": \"tool\", \"tool_call_id\": \"" + id + "\", \"content\": \"" + content + "\"}";
    }

    private static int tokens(String messages, String more) throws Exception {
        return golden.client()
                .ask(CHAT, question(messages, more))
                .path("usage")
                .path("prompt_tokens")
                .asInt();
    }

    private static int length(Conversation chat) {
        return ChatRenderer.prompt(ChatFormat.LLAMA31, chat).ids(golden.model().tokenizer()).length;
    }

    private static String today() {
        return DateTimeFormatter.ofPattern("dd MMM yyyy", Locale.ENGLISH).format(LocalDate.now(ZoneId.systemDefault()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "tools: {} | tools must be a list of up to 128 functions",
                "tools: [{\"type\": \"retrieval\"}] | tools[0].type must be function, got \"retrieval\"",
                "tools: [{\"type\": \"function\", \"function\": {\"name\": \"a b\"}}] | tools[0].function.name must be 1 to 64 letters, digits, underscores or dashes, got \"a b\"",
                "tools: [NOW, NOW] | tools[1].function.name is 'now' a second time",
                "tool_choice: \"required\" | tool_choice can only be none or auto without tools, got \"required\"",
                "tools: [NOW], tool_choice: \"always\" | tool_choice must be none, auto, required or",
                "tools: [NOW], tool_choice: {\"type\": \"function\", \"function\": {\"name\": \"x\"}} | one of [now]}}, got {",
                "tools: [{\"type\": \"function\", \"function\": {\"name\": \"f\", \"parameters\": {\"pattern\": \"a\"}}}], tool_choice: \"required\" | #/pattern is a keyword that cannot be enforced here",
                "tools: [NOW], response_format: {\"type\": \"json_object\"} | response_format can only be text where tools may be called",
                "tools: [NOW], parallel_tool_calls: 1 | parallel_tool_calls must be true or false",
                "messages: [{\"role\": \"tool\", \"tool_call_id\": \"a\", \"content\": \"\"}] | messages[0].tool_call_id must name a call of the assistant's message right before it, got \"a\"",
                "messages: [{\"role\": \"assistant\", \"tool_calls\": [{\"id\": \"a\", \"function\": {\"name\": \"f\", \"arguments\": \"{}\"}}]}] | messages[0].tool_calls has the call 'a', but no message with role tool and that tool_call_id follows",
                "messages: [{\"role\": \"assistant\", \"tool_calls\": [{\"id\": \"a\", \"function\": {\"name\": \"f\", \"arguments\": \"{\"}}]}] | messages[0].tool_calls[0].function.arguments is not JSON",
                "messages: [{\"role\": \"assistant\", \"tool_calls\": [{\"id\": \"a\", \"function\": {\"name\": \"f\", \"arguments\": {}}}]}] | messages[0].tool_calls[0].function.arguments must be a string that holds a JSON object",
                "messages: [{\"role\": \"assistant\", \"tool_calls\": [{\"function\": {\"name\": \"f\", \"arguments\": \"{}\"}}]}] | messages[0].tool_calls[0].id must be a string of its own",
            })
    void whatCannotBeCalledIsRefusedWithAReason(String body, String reason) throws Exception {
        String fields = body.replaceAll(
                        "(tools|tool_choice|response_format|parallel_tool_calls|messages): ", "\"$1\": ")
                .replace("NOW", NOW);
        String messages = body.startsWith("messages") ? "" : ", \"messages\": [" + user("Rain?") + "]";
        HttpResponse<String> response =
                golden.client().send(CHAT, "{\"model\": \"model-f32\", " + fields + messages + "}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        JsonNode error = JSON.readTree(response.body()).path("error");
        assertThat(error.path("message").asString()).contains(reason);
        assertThat(error.path("type").asString()).isEqualTo("invalid_request_error");
    }
}
