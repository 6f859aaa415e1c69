package dev.herd.cli.chat;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What can be asked of the program itself, between things said to the model.
enum SlashCommand {
    SYSTEM("TEXT", "instructions for the model; without TEXT shows them"),
    TOOLS("FILE", "definitions of tools from a JSON file, names of built-in tools, or off; without FILE lists them"),
    SAVE("FILE", "writes the conversation as JSON"),
    LOAD("FILE", "goes on with a conversation that was saved"),
    CLEAR("", "forgets what was said; instructions and tools stay"),
    HELP("", "shows this"),
    QUIT("", "ends");

    private final String argument;
    private final String meaning;

    SlashCommand(String argument, String meaning) {
        this.argument = argument;
        this.meaning = meaning;
    }

    /// What is typed for it.
    String word() {
        return "/" + name().toLowerCase(Locale.ROOT);
    }

    static Optional<SlashCommand> of(String word) {
        return Arrays.stream(values()).filter(each -> each.word().equals(word)).findFirst();
    }

    /// A line of help.
    String help() {
        return "%-14s %s".formatted(word() + " " + argument, meaning);
    }
}
