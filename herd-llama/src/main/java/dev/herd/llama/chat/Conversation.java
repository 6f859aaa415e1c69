package dev.herd.llama.chat;

import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/// What a model is to read: the turns so far and the tools it may ask for.
///
/// @param tools definitions as JSON, `{"type": "function", "function": {"name", "description",
///     "parameters"}}`
/// @param builtInTools names such as `brave_search`, `wolfram_alpha`, `code_interpreter`
/// @param toolPlace where the definitions stand
/// @param date as [#today] writes it
public record Conversation(
        List<Message> messages, List<JsonNode> tools, List<String> builtInTools, ToolPlace toolPlace, String date) {
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("dd MMM yyyy", Locale.ENGLISH);

    public Conversation {
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
        builtInTools = List.copyOf(builtInTools);
    }

    /// Where definitions of tools stand.
    public enum ToolPlace {
        SYSTEM_MESSAGE,
        FIRST_USER_MESSAGE
    }

    /// The day at this machine, as `26 Jul 2024`.
    public static String today() {
        return LocalDate.now(ZoneId.systemDefault()).format(DAY);
    }

    /// Turns without tools.
    public static Conversation of(String date, Message... messages) {
        return new Conversation(List.of(messages), List.of(), List.of(), ToolPlace.FIRST_USER_MESSAGE, date);
    }
}
