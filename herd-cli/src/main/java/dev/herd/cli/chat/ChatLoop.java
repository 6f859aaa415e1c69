package dev.herd.cli.chat;

import dev.herd.cli.terminal.Console;
import dev.herd.data.InputException;
import dev.herd.llama.ChatSession;
import dev.herd.llama.Completion;
import dev.herd.llama.Llama;
import dev.herd.llama.Request;
import dev.herd.llama.chat.ChatTemplate;
import dev.herd.llama.chat.Message;
import dev.herd.llama.chat.Role;
import dev.herd.llama.chat.ToolCall;
import dev.herd.llama.chat.ToolCallReader;
import dev.herd.llama.guard.Verdict;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Takes turns with a model until there is nothing more to say.
///
/// What the model writes goes to the output as it comes; everything about it goes to the person watching.
public final class ChatLoop {
    private final Llama llama;
    private final ChatSession session;
    private final Settings settings;
    private final Transcript transcript;
    private final Optional<Watch> watch;
    private final Lines lines;
    private final Console console;

    /// How a conversation is held.
    ///
    /// @param date today, as `26 Jul 2024`
    public record Settings(ChatTemplate template, Request request, String date, String instructions) {}

    /// @param watch over what is said; answers that are watched are shown when they are whole
    public ChatLoop(
            Llama llama, ChatSession session, Settings settings, Optional<Watch> watch, Lines lines, Console console) {
        this.llama = llama;
        this.session = session;
        this.settings = settings;
        this.watch = watch;
        this.lines = lines;
        this.console = console;
        transcript = new Transcript(settings.date(), settings.instructions());
    }

    /// Runs until the lines end or one of them is `/quit`.
    ///
    /// **Throws** [InputException] for a line that cannot be done, where no person is there to mend it.
    public void run() {
        if (lines.interactive()) {
            console.say("/help lists commands, control-C stops an answer, control-D ends.");
        }
        boolean going = true;
        while (going) {
            Optional<String> line = lines.next(prompt());
            going = line.isPresent() && heed(line.get());
        }
    }

    private String prompt() {
        return transcript
                .pending()
                .map(calls -> "result of " + calls.calls().getFirst().name() + "> ")
                .orElse("> ");
    }

    /// Does what a line says and returns whether to go on.
    private boolean heed(String line) {
        try {
            if (line.startsWith("/")) {
                String[] parts = line.strip().split("\\s+", 2);
                return obey(parts[0], parts.length > 1 ? parts[1] : "");
            }
            if (!line.isBlank()) {
                answer(transcript.pending().isPresent() ? result(line) : new Message.Text(Role.USER, line));
            }
        } catch (InputException e) {
            if (!lines.interactive()) {
                throw e;
            }
            console.say(String.valueOf(e.getMessage()));
        }
        return true;
    }

    private boolean obey(String word, String argument) {
        SlashCommand command = SlashCommand.of(word)
                .orElseThrow(() -> new InputException("there is no command " + word + "; /help lists them"));
        switch (command) {
            case SYSTEM -> instruct(argument);
            case TOOLS -> tools(argument);
            case SAVE -> {
                transcript.save(file(command, argument));
                console.say("Saved " + argument + ".");
            }
            case LOAD -> {
                transcript.load(file(command, argument));
                console.say("Loaded " + transcript.length() + " turns.");
            }
            case CLEAR -> {
                transcript.clear();
                console.say("Cleared.");
            }
            case HELP -> Arrays.stream(SlashCommand.values()).forEach(each -> console.say(each.help()));
            case QUIT -> {
                return false;
            }
        }
        return true;
    }

    private void instruct(String text) {
        if (text.isEmpty()) {
            console.say(transcript.instructions().isEmpty() ? "No instructions." : transcript.instructions());
        } else {
            transcript.instruct(text);
        }
    }

    private void tools(String argument) {
        if (!argument.isEmpty()) {
            transcript.tools(argument);
        }
        console.say(transcript.hasTools() ? "Tools: " + String.join(", ", transcript.toolNames()) + "." : "No tools.");
    }

    private static Path file(SlashCommand command, String argument) {
        try {
            if (!argument.isEmpty()) {
                return Path.of(argument);
            }
        } catch (InvalidPathException e) {
            throw new InputException(command.word() + ": " + e.getMessage(), e);
        }
        throw new InputException(command.word() + " needs the name of a file");
    }

    /// What a tool gave back: JSON where it is, else a text.
    private static Message result(String line) {
        JsonMapper json = JsonMapper.shared();
        JsonNode content;
        try {
            content = json.readTree(line);
        } catch (JacksonException e) {
            content = json.getNodeFactory().stringNode(line);
        }
        return new Message.Result(content);
    }

    private void answer(Message said) {
        transcript.add(said);
        boolean answered = false;
        try {
            answered = passes(transcript.messages(), "It was not asked") && answered();
        } catch (IllegalArgumentException e) {
            throw new InputException(e.getMessage() + " (/clear, /tools off or a larger --context may help)", e);
        } finally {
            if (!answered) {
                transcript.removeLast();
            }
        }
    }

    /// Lets the model answer; false when there is nothing of it to keep.
    private boolean answered() {
        boolean held =
                watch.filter(each -> each.roles().contains(Role.ASSISTANT)).isPresent();
        Completion completion = session.answer(
                settings.template(),
                transcript.conversation(),
                settings.request(),
                piece -> (held || show(piece)) && !lines.interrupted());
        if (completion.text().isEmpty() && completion.end() == Completion.End.INTERRUPTED) {
            console.say("Stopped before the answer began; it is as if nothing had been asked.");
            return false;
        }
        Message turn = turn(completion);
        List<Message> judged = new ArrayList<>(transcript.messages());
        judged.add(turn);
        if (!passes(judged, "The answer is withheld")) {
            return false;
        }
        if (held) {
            show(completion.text());
        }
        console.print("");
        keep(turn, completion.text());
        console.say(String.format(
                Locale.ROOT,
                "[%d tokens, %.1f a second%s; %d of %d tokens before it were known, the rest took %.2f s]",
                completion.tokens().length,
                completion.tokensPerSecond(),
                guesses(completion.guesses()),
                session.reused(),
                completion.promptTokens(),
                completion.promptSeconds()));
        return true;
    }

    private static String guesses(Completion.Guesses guesses) {
        return guesses.made() == 0 ? "" : ", " + guesses.right() + " of " + guesses.made() + " guesses right";
    }

    private boolean passes(List<Message> turns, String otherwise) {
        Optional<Verdict> objection = watch.flatMap(each -> each.objection(turns));
        objection.ifPresent(verdict -> console.say(otherwise + ": " + verdict.described() + "."));
        return objection.isEmpty();
    }

    private boolean show(String piece) {
        console.out().print(lines.interactive() ? harmless(piece) : piece);
        console.out().flush();
        return true;
    }

    /// Without what a terminal would obey.
    private static String harmless(String piece) {
        return piece.replaceAll("[\\p{Cc}&&[^\\n\\t]]", "");
    }

    /// An answer as the calls it makes, or as a text.
    private Message turn(Completion completion) {
        OptionalInt tag = llama.tokenizer().mark("<|python_tag|>");
        boolean tagged =
                tag.isPresent() && completion.tokens().length > 0 && completion.tokens()[0] == tag.getAsInt();
        return transcript.hasTools()
                ? ToolCallReader.message(completion.text(), tagged)
                : new Message.Text(Role.ASSISTANT, completion.text());
    }

    /// Remembers an answer; a single call waits for its result, several can only be kept as they are
    /// spelled.
    private void keep(Message turn, String text) {
        List<ToolCall> calls = turn instanceof Message.Calls made ? made.calls() : List.of();
        calls.forEach(call -> console.say("The model calls " + call.name() + " with " + call.arguments() + "."));
        if (calls.size() == 1) {
            console.say("Type what it gives back: JSON or a text on one line.");
        } else if (calls.size() > 1) {
            console.say("Only a single call can be answered; these are kept as a text.");
        }
        transcript.add(calls.size() > 1 ? new Message.Text(Role.ASSISTANT, text) : turn);
    }
}
