package dev.herd.jinja;

import dev.herd.llama.chat.Conversation;
import dev.herd.llama.chat.Conversation.ToolPlace;
import dev.herd.llama.chat.Message;
import dev.herd.llama.chat.ToolCall;
import dev.herd.llama.tokenizer.MarkedText;
import dev.herd.llama.tokenizer.Tokenizer;
import dev.herd.llama.tokenizer.TokenizerData.Marks;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A conversation as maps, lists, texts and numbers; all texts of people and tools with their marks broken.
record Variables(MarkedText marked) {
    Map<String, @Nullable Object> of(Conversation chat, Tokenizer tokenizer, boolean answerNext) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("messages", chat.messages().stream().map(this::message).toList());
        all.put("add_generation_prompt", answerNext);
        all.put("date_string", chat.date());
        Marks marks = tokenizer.marks();
        all.put("bos_token", mark(marks.start(), tokenizer));
        all.put("eos_token", mark(marks.end(), tokenizer));
        if (!chat.tools().isEmpty()) {
            all.put("tools", chat.tools().stream().map(this::value).toList());
            all.put("tools_in_user_message", chat.toolPlace() == ToolPlace.FIRST_USER_MESSAGE);
        }
        if (!chat.builtInTools().isEmpty()) {
            all.put("builtin_tools", chat.builtInTools());
        }
        return all;
    }

    private static String mark(int id, Tokenizer tokenizer) {
        return id == Marks.NONE ? "" : new String(tokenizer.bytes(id), StandardCharsets.UTF_8);
    }

    private Map<String, @Nullable Object> message(Message message) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        switch (message) {
            case Message.Text said -> {
                map.put("role", said.role().name().toLowerCase(Locale.ROOT));
                map.put("content", marked.words(said.text()));
            }
            case Message.Calls calls -> {
                map.put("role", "assistant");
                map.put("content", "");
                map.put("tool_calls", calls.calls().stream().map(this::call).toList());
            }
            case Message.Result result -> {
                map.put("role", "tool");
                map.put("content", value(result.content()));
            }
        }
        return map;
    }

    private Map<String, @Nullable Object> call(ToolCall call) {
        Map<String, @Nullable Object> function = new LinkedHashMap<>();
        function.put("name", marked.words(call.name()));
        function.put("arguments", value(call.arguments()));
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("type", "function");
        map.put("function", function);
        return map;
    }

    private @Nullable Object value(JsonNode node) {
        if (node.isObject()) {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            node.properties().forEach(each -> map.put(marked.words(each.getKey()), value(each.getValue())));
            return map;
        }
        if (node.isArray()) {
            List<@Nullable Object> list = new ArrayList<>();
            node.forEach(each -> list.add(value(each)));
            return list;
        }
        if (node.isString()) {
            return marked.words(node.asString());
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        return node.isNumber() ? node.numberValue() : null;
    }
}
