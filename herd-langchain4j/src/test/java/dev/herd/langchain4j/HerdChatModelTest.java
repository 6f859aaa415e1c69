package dev.herd.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.llama.Completion;
import dev.herd.llama.Llama;
import dev.herd.llama.Request;
import dev.herd.llama.chat.Conversation;
import dev.herd.llama.chat.Message;
import dev.herd.llama.chat.Role;
import dev.herd.llama.engine.EngineOptions;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonEnumSchema;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.FinishReason;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The model has random weights: what it writes means nothing.
class HerdChatModelTest {
    private static final ChatRequestParameters GREEDY =
            ChatRequestParameters.builder().temperature(0.0).maxOutputTokens(12).build();
    private static final JsonObjectSchema CITY = JsonObjectSchema.builder()
            .addProperty(
                    "city", JsonEnumSchema.builder().enumValues("Bern", "Basel").build())
            .addIntegerProperty("days")
            .required("city", "days")
            .build();
    private static final ToolSpecification WEATHER = ToolSpecification.builder()
            .name("weather")
            .description("Of a city")
            .parameters(CITY)
            .build();

    private static Llama llama;
    private static HerdChatModel model;

    @BeforeAll
    static void open() {
        llama = Llama.open(
                SharedData.path("llama-golden/model-q8_0.gguf"),
                EngineOptions.defaults().withPositions(2048));
        model = HerdChatModel.of(llama, "golden");
    }

    @AfterAll
    static void close() {
        if (llama != null) {
            model.close();
            llama.close();
        }
    }

    private static Completion alone(Message... messages) {
        String date = LocalDate.now(ZoneId.systemDefault())
                .format(DateTimeFormatter.ofPattern("dd MMM yyyy", Locale.ENGLISH));
        return llama.chat(llama.chatFormat(), Conversation.of(date, messages), Request.greedy(12), _ -> true);
    }

    @Test
    void anAnswerIsWhatTheModelWrites() {
        ChatResponse response = model.chat(ChatRequest.builder()
                .messages(SystemMessage.from("Be brief."), UserMessage.from("Hello"))
                .parameters(GREEDY)
                .build());
        Completion alone = alone(new Message.Text(Role.SYSTEM, "Be brief."), new Message.Text(Role.USER, "Hello"));
        assertThat(response.aiMessage().text()).isEqualTo(alone.text());
        assertThat(response.modelName()).isEqualTo("golden");
        assertThat(response.tokenUsage().inputTokenCount()).isEqualTo(alone.promptTokens());
        assertThat(response.tokenUsage().outputTokenCount()).isEqualTo(alone.tokens().length);
        assertThat(response.finishReason())
                .isEqualTo(alone.end() == Completion.End.LENGTH ? FinishReason.LENGTH : FinishReason.STOP);
    }

    private static final class Told implements StreamingChatResponseHandler {
        private final List<String> pieces = new ArrayList<>();
        private final List<CompleteToolCall> calls = new ArrayList<>();
        private final CompletableFuture<ChatResponse> response = new CompletableFuture<>();

        @Override
        public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
            pieces.add(piece.text());
        }

        @Override
        public void onCompleteToolCall(CompleteToolCall call) {
            calls.add(call);
        }

        @Override
        public void onCompleteResponse(ChatResponse whole) {
            response.complete(whole);
        }

        @Override
        public void onError(Throwable error) {
            response.completeExceptionally(error);
        }
    }

    @Test
    void aStreamedAnswerIsTheSameInPieces() {
        ChatRequest request = ChatRequest.builder()
                .messages(UserMessage.from("Hello"))
                .parameters(GREEDY)
                .build();
        Told told = new Told();
        model.chat(request, told);
        ChatResponse whole = told.response.join();
        assertThat(whole.aiMessage()).isEqualTo(model.chat(request).aiMessage());
        assertThat(String.join("", told.pieces)).isEqualTo(whole.aiMessage().text());
        assertThat(told.pieces).hasSizeGreaterThan(1);
    }

    @Test
    void aRequiredCallHasArgumentsOfItsSchema() {
        ChatRequest request = ChatRequest.builder()
                .messages(UserMessage.from("Rain?"))
                .toolSpecifications(WEATHER)
                .toolChoice(ToolChoice.REQUIRED)
                .build();
        Told told = new Told();
        model.chat(request, told);
        ChatResponse response = told.response.join();
        assertThat(response.finishReason()).isEqualTo(FinishReason.TOOL_EXECUTION);
        ToolExecutionRequest call = response.aiMessage().toolExecutionRequests().getFirst();
        assertThat(call.name()).isEqualTo("weather");
        JsonNode arguments = JsonMapper.shared().readTree(call.arguments());
        assertThat(arguments.path("city").asString()).isIn("Bern", "Basel");
        assertThat(arguments.path("days").isIntegralNumber()).isTrue();
        assertThat(told.calls)
                .singleElement()
                .extracting(CompleteToolCall::toolExecutionRequest)
                .isEqualTo(call);
        assertThat(told.pieces).isEmpty();
        ChatResponse next = model.chat(ChatRequest.builder()
                .messages(UserMessage.from("Rain?"), response.aiMessage(), ToolExecutionResultMessage.from(call, "dry"))
                .parameters(GREEDY)
                .build());
        assertThat(next.aiMessage().text()).isNotNull();
    }

    @Test
    void aResponseFormatIsKept() {
        ResponseFormat format = ResponseFormat.builder()
                .type(ResponseFormatType.JSON)
                .jsonSchema(JsonSchema.builder().name("city").rootElement(CITY).build())
                .build();
        JsonNode answer = JsonMapper.shared()
                .readTree(model.chat(ChatRequest.builder()
                                .messages(UserMessage.from("Where?"))
                                .responseFormat(format)
                                .build())
                        .aiMessage()
                        .text());
        assertThat(answer.propertyNames()).containsExactly("city", "days");
    }

    @Test
    void severalCallsBecomeTurnsWithTheirResults() {
        ToolExecutionRequest first =
                ToolExecutionRequest.builder().id("1").name("f").arguments("{}").build();
        ToolExecutionRequest second = ToolExecutionRequest.builder()
                .id("2")
                .name("g")
                .arguments("{\"a\":1}")
                .build();
        assertThat(Messages.of(List.of(
                        AiMessage.from(first, second),
                        ToolExecutionResultMessage.from(second, "two"),
                        ToolExecutionResultMessage.from(first, "one"))))
                .extracting(Object::toString)
                .containsExactly(
                        "Calls[calls=[ToolCall[name=f, arguments={}]]]",
                        "Result[content=\"one\"]",
                        "Calls[calls=[ToolCall[name=g, arguments={\"a\":1}]]]",
                        "Result[content=\"two\"]");
    }

    @Test
    void whatIsNotSupportedIsSaid() {
        assertThatThrownBy(() -> model.chat(UserMessage.from(ImageContent.from("http://example.org/a.png"))))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("content of type IMAGE is not supported");
        ChatRequest both = ChatRequest.builder()
                .messages(UserMessage.from("Hi"))
                .toolSpecifications(WEATHER)
                .responseFormat(ResponseFormat.JSON)
                .build();
        assertThatThrownBy(() -> model.chat(both)).hasMessageContaining("ask for one of the two");
        Told told = new Told();
        model.chat(both, told);
        assertThatThrownBy(told.response::join).hasMessageContaining("ask for one of the two");
    }

    @Test
    void threadsTakeTurns() {
        ChatRequest request = ChatRequest.builder()
                .messages(UserMessage.from("Hello"))
                .parameters(GREEDY)
                .build();
        String one = model.chat(request).aiMessage().text();
        List<CompletableFuture<String>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(CompletableFuture.supplyAsync(
                    () -> model.chat(request).aiMessage().text()));
        }
        assertThat(all).allSatisfy(each -> assertThat(each.join()).isEqualTo(one));
    }
}
