package dev.herd.serve.llm;

import dev.herd.llama.chat.ChatRenderer;
import dev.herd.llama.chat.Conversation;
import dev.herd.llama.chat.Message;
import dev.herd.llama.chat.Role;
import dev.herd.llama.grammar.Grammar;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.StringNode;

/// The body of `/v1/chat/completions`.
final class ChatQuestion {
    private static final int MOST_LIKELY = 20;
    private static final Set<String> READ = read();

    private ChatQuestion() {}

    private static Set<String> read() {
        Set<String> read = new HashSet<>(Settings.READ);
        read.addAll(Set.of("messages", "max_completion_tokens", "top_logprobs", "response_format"));
        return read;
    }

    static Question parse(Fields fields, ServedModel model, String date) {
        fields.known(READ, Settings.IGNORED);
        Settings settings = Settings.of(fields, model.tokenizer().vocabulary());
        int[] prompt = prompt(model, Conversation.of(date, messages(fields)));
        int tokens = fields.whole("max_completion_tokens", 1, Integer.MAX_VALUE)
                .or(() -> fields.whole("max_tokens", 1, Integer.MAX_VALUE))
                .orElse(0);
        int likely = fields.whole("top_logprobs", 0, MOST_LIKELY).orElse(0);
        if (likely > 0 && !fields.flag("logprobs")) {
            throw Problem.with("top_logprobs", "needs logprobs to be true");
        }
        return Question.of(model, prompt, tokens, settings, fields.flag("logprobs") ? likely : -1, form(fields, model));
    }

    private static Optional<Grammar> form(Fields fields, ServedModel model) {
        JsonNode given = fields.value("response_format").orElse(NullNode.instance);
        String type = given.path("type").asString("text");
        try {
            return switch (type) {
                case "text" -> Optional.empty();
                case "json_object" -> Optional.of(model.forms().json());
                case "json_schema" ->
                    Optional.of(model.forms().json(given.path("json_schema").path("schema")));
                default ->
                    throw Problem.with(
                            "response_format.type", "must be text, json_object or json_schema, got '" + type + "'");
            };
        } catch (IllegalArgumentException e) {
            throw Problem.with("response_format.json_schema.schema", "cannot be taken: " + e.getMessage());
        }
    }

    private static int[] prompt(ServedModel model, Conversation chat) {
        try {
            return ChatRenderer.prompt(model.chatFormat(), chat).ids(model.tokenizer());
        } catch (IllegalArgumentException e) {
            throw Problem.with("messages", "cannot be put to this model: " + e.getMessage());
        }
    }

    private static Message[] messages(Fields fields) {
        JsonNode given = fields.value("messages")
                .filter(value -> value.isArray() && !value.isEmpty())
                .orElseThrow(() -> Problem.with("messages", "must be a list of at least one message"));
        List<Message> messages = new ArrayList<>();
        for (JsonNode each : given) {
            messages.add(message("messages[" + messages.size() + "]", each));
        }
        return messages.toArray(Message[]::new);
    }

    private static Message message(String at, JsonNode given) {
        String role = given.path("role").isString() ? given.path("role").asString() : "";
        String text = text(at + ".content", given.path("content"));
        return switch (role) {
            case "system", "developer" -> new Message.Text(Role.SYSTEM, text);
            case "user" -> new Message.Text(Role.USER, text);
            case "assistant" -> new Message.Text(Role.ASSISTANT, text);
            case "tool" -> new Message.Result(StringNode.valueOf(text));
            default ->
                throw Problem.with(
                        at + ".role", "must be system, developer, user, assistant or tool, got " + given.path("role"));
        };
    }

    /// A string, or a list of parts that are text.
    private static String text(String at, JsonNode content) {
        if (content.isString()) {
            return content.asString();
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            if (!part.path("type").equals(StringNode.valueOf("text"))
                    || !part.path("text").isString()) {
                throw Problem.with(at, "can only have parts of type text");
            }
            text.append(part.path("text").asString());
        }
        if (!content.isArray()) {
            throw Problem.with(at, "must be a string or a list of texts");
        }
        return text.toString();
    }
}
