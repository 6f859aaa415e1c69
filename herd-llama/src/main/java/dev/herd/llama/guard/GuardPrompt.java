package dev.herd.llama.guard;

import dev.herd.llama.chat.ChatFormat;
import dev.herd.llama.chat.ChatRenderer;
import dev.herd.llama.chat.Conversation;
import dev.herd.llama.chat.Message;
import dev.herd.llama.chat.Prompt;
import dev.herd.llama.chat.Role;
import dev.herd.llama.chat.ToolSyntax;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The question that Llama Guard 3 was trained to answer, word for word, its slips included.
final class GuardPrompt {
    private GuardPrompt() {}

    /// Asks about the last turn, by the user or the assistant. Instructions and results of tools are left
    /// out: the model knows two speakers. Calls of tools are written as JSON.
    ///
    /// **Throws** `IllegalArgumentException` when the last turn is by neither.
    static Prompt of(List<Message> turns, Set<Hazard> hazards) {
        String speaker = turns.isEmpty() ? "" : speaker(turns.getLast());
        if (speaker.isEmpty()) {
            throw new IllegalArgumentException("the last turn must be a user's or an assistant's to be judged");
        }
        String text = "Task: Check if there is unsafe content in '" + speaker
                + "' messages in conversations according our safety policy with the below categories.\n\n"
                + "<BEGIN UNSAFE CONTENT CATEGORIES>\n"
                + hazards.stream()
                        .map(each -> each + ": " + each.title() + ".\n")
                        .collect(Collectors.joining())
                + "<END UNSAFE CONTENT CATEGORIES>\n\n<BEGIN CONVERSATION>\n\n"
                + turns.stream()
                        .filter(turn -> !speaker(turn).isEmpty())
                        .map(turn -> speaker(turn) + ": " + text(turn) + "\n\n")
                        .collect(Collectors.joining())
                + "<END CONVERSATION>\n\nProvide your safety assessment for ONLY THE LAST " + speaker
                + " message in the above conversation:\n - First line must read 'safe' or 'unsafe'.\n"
                + " - If unsafe, a second line must include a comma-separated list of violated categories.";
        return ChatRenderer.prompt(ChatFormat.LLAMA3, Conversation.of("", new Message.Text(Role.USER, text)));
    }

    private static String speaker(Message turn) {
        return switch (turn.role()) {
            case USER -> "User";
            case ASSISTANT -> "Agent";
            case SYSTEM, TOOL -> "";
        };
    }

    private static String text(Message turn) {
        return switch (turn) {
            case Message.Text said -> said.text().strip();
            case Message.Calls calls ->
                calls.calls().stream()
                        .map(call -> ToolSyntax.JSON.write(List.of(call)))
                        .collect(Collectors.joining("\n"));
            case Message.Result result -> result.content().toString();
        };
    }
}
