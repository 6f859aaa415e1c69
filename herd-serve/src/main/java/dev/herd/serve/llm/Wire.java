package dev.herd.serve.llm;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.herd.llama.batching.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/// The JSON that goes in and out.
final class Wire {
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private Wire() {}

    static byte[] bytes(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    /// One line without a line feed in it.
    static String line(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /// **Throws** [Problem] for what is no JSON object in UTF-8.
    static JsonNode object(byte[] body) {
        try {
            JsonNode node = MAPPER.readTree(body);
            if (!node.isObject()) {
                throw new Problem(Problem.Kind.BAD_REQUEST, "the body must be a JSON object");
            }
            return node;
        } catch (JacksonException e) {
            throw new Problem(Problem.Kind.BAD_REQUEST, "the body is not JSON: " + e.getOriginalMessage() + place(e));
        }
    }

    /// Limits of the reader, such as the deepest nesting, are passed at no place that it tells.
    private static String place(JacksonException e) {
        TokenStreamLocation at = e.getLocation();
        return at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
    }

    /// Vectors of texts, in the order of these.
    record EmbeddingList(String object, List<Vector> data, String model, EmbeddingUsage usage) {}

    /// @param embedding its numbers, or their bytes in base 64
    record Vector(String object, int index, Object embedding) {}

    record EmbeddingUsage(int promptTokens, int totalTokens) {}

    /// An answer, or one event of a streamed one.
    record Envelope(
            String id,
            String object,
            long created,
            String model,
            List<?> choices,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Usage usage) {}

    record Usage(int promptTokens, int completionTokens, int totalTokens, PromptDetails promptTokensDetails) {
        static Usage of(Outcome outcome) {
            int prompt = outcome.promptTokens();
            int written = outcome.tokens();
            return new Usage(prompt, written, prompt + written, new PromptDetails(outcome.reusedTokens()));
        }
    }

    record PromptDetails(int cachedTokens) {}

    /// A part of what the assistant says and calls.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Turn(
            @Nullable String role,
            @Nullable String content,
            @Nullable List<CallPart> toolCalls) {
        static Turn said(String text) {
            return new Turn(null, text, null);
        }

        static Turn called(List<CallPart> calls) {
            return new Turn(null, null, List.copyOf(calls));
        }
    }

    /// All that the assistant says and calls.
    record WholeTurn(
            String role,
            @Nullable String content,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<CallPart> toolCalls) {
        static WholeTurn of(List<Turn> parts) {
            StringBuilder text = new StringBuilder();
            List<CallPart> calls = new ArrayList<>();
            for (Turn part : parts) {
                text.append(part.content == null ? "" : part.content);
                for (CallPart call : part.toolCalls == null ? List.<CallPart>of() : part.toolCalls) {
                    calls.add(call.id == null ? calls.removeLast().followedBy(call) : call.alone());
                }
            }
            return calls.isEmpty()
                    ? new WholeTurn("assistant", text.toString(), null)
                    : new WholeTurn("assistant", null, calls);
        }
    }

    /// A call, or more of the arguments of one.
    ///
    /// @param index of the call in the turn, in the events of a streamed answer
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record CallPart(
            @Nullable Integer index,
            @Nullable String id,
            @Nullable String type,
            FunctionPart function) {
        static CallPart begun(int index, String name, String arguments) {
            String id = "call_" + UUID.randomUUID().toString().replace("-", "");
            return new CallPart(index, id, "function", new FunctionPart(name, arguments));
        }

        static CallPart more(int index, String arguments) {
            return new CallPart(index, null, null, new FunctionPart(null, arguments));
        }

        private CallPart followedBy(CallPart more) {
            String all = function.arguments + more.function.arguments;
            return new CallPart(index, id, type, new FunctionPart(function.name, all));
        }

        private CallPart alone() {
            return new CallPart(null, id, type, function);
        }
    }

    /// @param arguments JSON, or a part of it
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record FunctionPart(@Nullable String name, String arguments) {}

    record ChatChoice(
            int index, WholeTurn message, @Nullable ChatOdds logprobs, String finishReason) {}

    record ChatPart(
            int index,
            Turn delta,
            @Nullable ChatOdds logprobs,
            @Nullable String finishReason) {}

    record ChatOdds(List<TokenOdds> content) {}

    record TokenOdds(String token, double logprob, int[] bytes, List<OneOdds> topLogprobs) {}

    record OneOdds(String token, double logprob, int[] bytes) {}

    record TextChoice(
            String text,
            int index,
            @Nullable TextOdds logprobs,
            @Nullable String finishReason) {}

    record TextOdds(
            List<String> tokens,
            List<Double> tokenLogprobs,
            List<Map<String, Double>> topLogprobs,
            List<Integer> textOffset) {}

    record Models(String object, List<Model> data) {}

    record Model(String id, String object, long created, String ownedBy) {}
}
