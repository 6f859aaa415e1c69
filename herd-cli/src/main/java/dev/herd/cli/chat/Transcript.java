package dev.herd.cli.chat;

import dev.herd.data.InputException;
import dev.herd.llama.chat.Conversation;
import dev.herd.llama.chat.Conversation.ToolPlace;
import dev.herd.llama.chat.ConversationFile;
import dev.herd.llama.chat.Message;
import dev.herd.llama.chat.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// What was said so far, the instructions before it and the tools.
final class Transcript {
    private static final Set<String> BUILT_IN = Set.of("brave_search", "wolfram_alpha", "code_interpreter");

    private final String date;
    private final List<Message> turns = new ArrayList<>();
    private String instructions;
    private List<JsonNode> tools = List.of();
    private List<String> builtIn = List.of();

    /// @param date of the whole conversation, so that its beginning stays the same
    Transcript(String date, String instructions) {
        this.date = date;
        this.instructions = instructions;
    }

    String instructions() {
        return instructions;
    }

    void instruct(String text) {
        instructions = text;
    }

    void add(Message turn) {
        turns.add(turn);
    }

    void removeLast() {
        turns.removeLast();
    }

    void clear() {
        turns.clear();
    }

    /// The call whose result is the next thing to say.
    Optional<Message.Calls> pending() {
        return !turns.isEmpty() && turns.getLast() instanceof Message.Calls calls
                ? Optional.of(calls)
                : Optional.empty();
    }

    boolean hasTools() {
        return !tools.isEmpty() || !builtIn.isEmpty();
    }

    /// Names of all tools.
    List<String> toolNames() {
        List<String> names = new ArrayList<>(builtIn);
        tools.forEach(tool -> names.add(tool.path("function").path("name").asString("?")));
        return names;
    }

    /// Replaces the tools by those of a file, by built-in ones named with commas between, or by none.
    ///
    /// **Throws** [InputException] for anything else.
    void tools(String argument) {
        List<String> names = List.of(argument.split("\\s*,\\s*"));
        if (argument.equals("off")) {
            tools = List.of();
            builtIn = List.of();
        } else if (BUILT_IN.containsAll(names)) {
            builtIn = names;
        } else if (Files.isRegularFile(Path.of(argument))) {
            tools = ConversationFile.readTools(Path.of(argument));
        } else {
            throw new InputException(argument + " is neither a file nor off nor built-in tools, which are "
                    + String.join(", ", BUILT_IN.stream().sorted().toList()));
        }
    }

    Conversation conversation() {
        return new Conversation(messages(), tools, builtIn, ToolPlace.FIRST_USER_MESSAGE, date);
    }

    void save(Path file) {
        new ConversationFile(messages(), tools).write(file);
    }

    void load(Path file) {
        ConversationFile loaded = ConversationFile.read(file);
        turns.clear();
        turns.addAll(loaded.messages());
        tools = loaded.tools();
        instructions = "";
        if (!turns.isEmpty() && turns.getFirst() instanceof Message.Text first && first.role() == Role.SYSTEM) {
            instructions = first.text();
            turns.removeFirst();
        }
    }

    /// How many turns there are, instructions aside.
    int length() {
        return turns.size();
    }

    /// The instructions, where there are any, and what was said.
    List<Message> messages() {
        List<Message> messages = new ArrayList<>();
        if (!instructions.isEmpty()) {
            messages.add(new Message.Text(Role.SYSTEM, instructions));
        }
        messages.addAll(turns);
        return messages;
    }
}
