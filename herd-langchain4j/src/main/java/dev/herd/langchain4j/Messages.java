package dev.herd.langchain4j;

import dev.herd.llama.chat.Message;
import dev.herd.llama.chat.Role;
import dev.herd.llama.chat.ToolCall;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// LangChain4j's messages as turns. Models of the Llama 3 family make one call at a time, so several of one
/// message become turns of their own, each followed by its result.
final class Messages {
    private Messages() {}

    static List<Message> of(List<ChatMessage> given) {
        List<Message> turns = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            switch (given.get(i)) {
                case SystemMessage system -> turns.add(new Message.Text(Role.SYSTEM, system.text()));
                case UserMessage user -> turns.add(new Message.Text(Role.USER, text(user.contents())));
                case AiMessage answer
                when answer.hasToolExecutionRequests() ->
                    addCalls(answer.toolExecutionRequests(), given.subList(i + 1, given.size()), turns);
                case AiMessage answer ->
                    turns.add(new Message.Text(Role.ASSISTANT, Objects.requireNonNullElse(answer.text(), "")));
                case ToolExecutionResultMessage _ -> {
                    // Stands behind its call already.
                }
                default ->
                    throw new UnsupportedFeatureException(
                            "messages of type " + given.get(i).type() + " are not supported");
            }
        }
        return turns;
    }

    private static void addCalls(List<ToolExecutionRequest> calls, List<ChatMessage> after, List<Message> turns) {
        for (ToolExecutionRequest call : calls) {
            turns.add(new Message.Calls(List.of(call(call))));
            after.stream()
                    .takeWhile(ToolExecutionResultMessage.class::isInstance)
                    .map(ToolExecutionResultMessage.class::cast)
                    .filter(result -> Objects.equals(result.id(), call.id()))
                    .findFirst()
                    .ifPresent(result -> turns.add(new Message.Result(StringNode.valueOf(text(result.contents())))));
        }
    }

    private static ToolCall call(ToolExecutionRequest call) {
        try {
            if (JsonMapper.shared().readTree(call.arguments()) instanceof ObjectNode arguments) {
                return new ToolCall(call.name(), arguments);
            }
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "the arguments of a call of " + call.name() + " are not JSON: " + e.getOriginalMessage(), e);
        }
        throw new IllegalArgumentException("the arguments of a call of " + call.name() + " must be a JSON object");
    }

    private static String text(List<? extends Content> contents) {
        return contents.stream()
                .map(content -> {
                    if (content instanceof TextContent text) {
                        return text.text();
                    }
                    throw new UnsupportedFeatureException("content of type " + content.type() + " is not supported");
                })
                .collect(Collectors.joining("\n"));
    }
}
