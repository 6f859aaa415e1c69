package dev.herd.serve.llm;

import dev.herd.llama.chat.Conversation;
import dev.herd.llama.chat.Message;
import dev.herd.llama.grammar.Grammar;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/// The body of `/v1/chat/completions`.
///
/// @param tools that the turn may call
record ChatQuestion(Question question, ToolUse tools) {
    private static final int MOST_LIKELY = 20;
    private static final Set<String> READ = read();

    private static Set<String> read() {
        Set<String> read = new HashSet<>(Settings.READ);
        read.addAll(ToolUse.READ);
        read.addAll(Set.of("messages", "max_completion_tokens", "top_logprobs", "response_format", "grammar"));
        return read;
    }

    /// @param date today, as `26 Jul 2024`
    static ChatQuestion parse(Fields fields, ServedModel model, String date) {
        fields.known(READ, Settings.IGNORED);
        Settings settings = Settings.of(fields, model.tokenizer().vocabulary());
        ToolUse tools = ToolUse.parse(fields);
        int[] prompt = prompt(model, conversation(ChatMessages.parse(fields), tools, date));
        int tokens = fields.whole("max_completion_tokens", 1, Integer.MAX_VALUE)
                .or(() -> fields.whole("max_tokens", 1, Integer.MAX_VALUE))
                .orElse(0);
        int likely = fields.whole("top_logprobs", 0, MOST_LIKELY).orElse(0);
        if (likely > 0 && !fields.flag("logprobs")) {
            throw Problem.with("top_logprobs", "needs logprobs to be true");
        }
        int shown = fields.flag("logprobs") ? likely : -1;
        Question question = Question.of(model, prompt, tokens, settings, shown, form(fields, tools, model));
        return new ChatQuestion(question, tools);
    }

    private static Conversation conversation(List<Message> messages, ToolUse tools, String date) {
        List<JsonNode> definitions = List.copyOf(tools.definitions().values());
        return new Conversation(messages, definitions, List.of(), Conversation.ToolPlace.FIRST_USER_MESSAGE, date);
    }

    private static Optional<Grammar> form(Fields fields, ToolUse tools, ServedModel model) {
        Optional<Grammar> json = json(fields, model);
        Optional<Grammar> rules = model.forms().rules(fields);
        if (json.isPresent() && rules.isPresent()) {
            throw Problem.with("grammar", "can only be given where response_format is text");
        }
        if (!tools.definitions().isEmpty() && (json.isPresent() || rules.isPresent())) {
            throw Problem.with(
                    json.isPresent() ? "response_format" : "grammar",
                    "can only be text where tools may be called; set tool_choice to none");
        }
        return json.or(() -> rules).or(() -> tools.form(model.forms()));
    }

    private static Optional<Grammar> json(Fields fields, ServedModel model) {
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
            return model.template().prompt(chat, model.tokenizer());
        } catch (IllegalArgumentException e) {
            throw Problem.with("messages", "cannot be put to this model: " + e.getMessage());
        }
    }
}
