package dev.herd.langchain4j;

import dev.herd.llama.Completion;
import dev.herd.llama.Request;
import dev.herd.llama.chat.AnswerReader;
import dev.herd.llama.chat.Conversation;
import dev.herd.llama.chat.Conversation.ToolPlace;
import dev.herd.llama.chat.ToolCall;
import dev.herd.llama.chat.ToolSyntax;
import dev.herd.llama.engine.Sampling;
import dev.herd.llama.grammar.Grammar;
import dev.herd.llama.grammar.TokenList;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A request of LangChain4j in Herd's words.
///
/// @param name of the model
/// @param tools names of what may be called
record Exchange(String name, Conversation chat, Request request, Set<String> tools) {
    private static final int DEFAULT_TOKENS = 1024;

    static Exchange of(ChatRequest asked, String name, String date, TokenList tokens) {
        ChatRequestParameters parameters = asked.parameters();
        List<ToolSpecification> tools =
                parameters.toolChoice() == ToolChoice.NONE ? List.of() : parameters.toolSpecifications();
        Conversation chat = new Conversation(
                Messages.of(asked.messages()),
                tools.stream().map(Schemas::definition).toList(),
                List.of(),
                ToolPlace.FIRST_USER_MESSAGE,
                date);
        Set<String> names = tools.stream().map(ToolSpecification::name).collect(Collectors.toSet());
        Request request = request(parameters);
        Request formed = form(parameters, tools, tokens).map(request::withForm).orElse(request);
        return new Exchange(name, chat, formed, names);
    }

    private static Request request(ChatRequestParameters parameters) {
        Sampling.Penalties penalties = new Sampling.Penalties(
                1, or(parameters.frequencyPenalty(), 0.0), or(parameters.presencePenalty(), 0.0));
        Sampling sampling = new Sampling(
                or(parameters.temperature(), 1.0),
                or(parameters.topK(), 0),
                or(parameters.topP(), 1.0),
                0,
                penalties,
                Map.of(),
                ThreadLocalRandom.current().nextLong());
        return new Request(or(parameters.maxOutputTokens(), DEFAULT_TOKENS), sampling, parameters.stopSequences());
    }

    private static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }

    private static Optional<Grammar> form(
            ChatRequestParameters parameters, List<ToolSpecification> tools, TokenList tokens) {
        ResponseFormat format = parameters.responseFormat();
        boolean json = format != null && format.type() == ResponseFormatType.JSON;
        boolean call = parameters.toolChoice() == ToolChoice.REQUIRED;
        if (json && !tools.isEmpty()) {
            throw new UnsupportedFeatureException(
                    "an answer in JSON that may also be a call of a tool is not supported;"
                            + " ask for one of the two");
        }
        if (call && tools.isEmpty()) {
            throw new UnsupportedFeatureException("a call is required, but there are no tools");
        }
        try {
            if (call) {
                return Optional.of(Grammar.anyOf(
                        tokens,
                        tools.stream()
                                .map(tool -> ToolSyntax.form(tool.name(), Schemas.parameters(tool)))
                                .toList()));
            }
            return json ? Optional.of(json(format, tokens)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new UnsupportedFeatureException("the schema cannot be enforced: " + e.getMessage());
        }
    }

    private static Grammar json(ResponseFormat format, TokenList tokens) {
        return format.jsonSchema() == null
                ? Grammar.json(tokens)
                : Grammar.json(tokens, Schemas.schema(format.jsonSchema().rootElement()));
    }

    /// The response to a completion that was not read yet.
    ChatResponse response(Completion completion, AnswerReader reader) {
        reader.append(completion.text());
        return response(completion, reader.finish());
    }

    ChatResponse response(Completion completion, AnswerReader.Ending ending) {
        boolean called = !ending.calls().isEmpty();
        return ChatResponse.builder()
                .aiMessage(called ? AiMessage.from(calls(ending.calls())) : AiMessage.from(completion.text()))
                .modelName(name)
                .tokenUsage(new TokenUsage(completion.promptTokens(), completion.tokens().length))
                .finishReason(called ? FinishReason.TOOL_EXECUTION : reason(completion.end()))
                .build();
    }

    private static List<ToolExecutionRequest> calls(List<ToolCall> calls) {
        return calls.stream()
                .map(call -> ToolExecutionRequest.builder()
                        .id("call_" + UUID.randomUUID())
                        .name(call.name())
                        .arguments(call.arguments().toString())
                        .build())
                .toList();
    }

    private static FinishReason reason(Completion.End end) {
        return switch (end) {
            case MARK, STOP -> FinishReason.STOP;
            case LENGTH -> FinishReason.LENGTH;
            case INTERRUPTED -> FinishReason.OTHER;
        };
    }
}
