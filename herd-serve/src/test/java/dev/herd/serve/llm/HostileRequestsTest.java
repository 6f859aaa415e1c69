package dev.herd.serve.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.herd.llama.batching.BatchingOptions;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/// Requests that nobody means well with get an answer or an error of the interface's form, and cost the
/// others nothing.
class HostileRequestsTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final int PAGES = 32;

    private static GoldenServer golden;

    @BeforeAll
    static void start() {
        golden = GoldenServer.start(PAGES, new BatchingOptions(4, 4, 64));
    }

    @AfterAll
    static void stop() {
        if (golden != null) {
            assertThat(golden.server().figures().freePages()).isEqualTo(PAGES);
            golden.close();
            assertThat(golden.trouble()).isEmpty();
        }
    }

    private static HttpResponse<String> withSchema(String schema) throws Exception {
        return send("\"max_tokens\": 3, \"response_format\": {\"type\": \"json_schema\", \"json_schema\": {\"schema\": "
                + schema + "}}");
    }

    private static HttpResponse<String> send(String more) throws Exception {
        return golden.client()
                .send(
                        CHAT,
                        "{\"model\": \"model-f32\", \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}], " + more
                                + "}");
    }

    private static void isRefused(HttpResponse<String> response, String reason) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(JsonMapper.shared()
                        .readTree(response.body())
                        .path("error")
                        .path("message")
                        .asString())
                .contains(reason)
                .hasSizeLessThan(2_000);
    }

    @Test
    void schemasWithoutAnEndAreRefused() throws Exception {
        String properties = IntStream.range(0, 6_000)
                .mapToObj(i -> "\"p" + i + "\": {\"type\": \"integer\"}")
                .collect(Collectors.joining(", "));
        isRefused(
                withSchema("{\"type\": \"object\", \"properties\": {" + properties + "}}"),
                "the schema has more than 5000 parts");
        String names = IntStream.range(0, 5_001).mapToObj(i -> "\"" + i + "\"").collect(Collectors.joining(", "));
        isRefused(withSchema("{\"enum\": [" + names + "]}"), "#/enum must be a list of 1 to 5000");
        isRefused(withSchema("{\"$ref\": \"#\"}"), "no text has the form that was asked for");
        isRefused(withSchema("{\"anyOf\": [{\"$ref\": \"#\"}, {\"$ref\": \"#\"}]}"), "no text has the form");
    }

    @ParameterizedTest
    @CsvSource({"100, 200", "230, 200", "5000, 400"})
    void schemasMayBeDeep(int depth, int status) throws Exception {
        String schema = "{\"type\": \"array\", \"items\": ".repeat(depth) + "{\"type\": \"null\"}" + "}".repeat(depth);
        HttpResponse<String> response = withSchema(schema);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    }

    @Test
    void countsInSchemasMayBeLarge() throws Exception {
        assertThat(withSchema("{\"type\": \"array\", \"items\": {\"type\": \"null\"}, \"minItems\": 2147483647}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(withSchema("{\"type\": \"string\", \"minLength\": 2000000000, \"maxLength\": 2147483646}")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void listsInRequestsHaveAnEnd() throws Exception {
        isRefused(send("\"stop\": [" + "\"a\", ".repeat(16) + "\"b\"]"), "stop must be a string or a list of up to 16");
        String tools = IntStream.range(0, 129)
                .mapToObj(i -> "{\"type\": \"function\", \"function\": {\"name\": \"f" + i + "\"}}")
                .collect(Collectors.joining(", "));
        isRefused(send("\"tools\": [" + tools + "]"), "tools must be a list of up to 128 functions");
        isRefused(send("\"user\": " + "[".repeat(2_000) + "]".repeat(2_000)), "the body is not JSON: ");
        isRefused(send("\"max_tokens\": 1e400"), "max_tokens must be a whole number");
        isRefused(send("\"seed\": " + "9".repeat(900)), "seed must be a whole number");
    }

    @Test
    void bodiesMayBeChangedAtRandom() throws Exception {
        String body = "{\"model\": \"model-f32\", \"messages\": [{\"role\": \"user\", \"content\": \"Grüezi\"}],"
                + " \"max_tokens\": 1, \"temperature\": 0.5, \"stop\": [\"x\"], \"logit_bias\": {\"5\": 1},"
                + " \"tools\": [{\"type\": \"function\", \"function\": {\"name\": \"f\", \"parameters\": {}}}]}";
        SplittableRandom random = new SplittableRandom(11);
        int answered = 0;
        for (int i = 0; i < 100; i++) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            for (int change = random.nextInt(1, 4); change > 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            HttpResponse<String> response = golden.client().send(golden.client().post(CHAT, bytes));
            assertThat(response.statusCode()).as(response.body()).isIn(200, 400, 404);
            assertThat(JsonMapper.shared()
                            .readTree(response.body())
                            .has(response.statusCode() == 200 ? "choices" : "error"))
                    .isTrue();
            answered += response.statusCode() == 200 ? 1 : 0;
        }
        assertThat(answered).isBetween(1, 99);
    }
}
