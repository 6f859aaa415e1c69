package dev.herd.llama.chat;

import dev.herd.llama.chat.ToolCallReader.Found;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Tells text and calls in an answer apart while it is written: a text is told as soon as it can be no call of
/// the tools, calls only when they are whole, so that none is told by half.
///
/// For one answer.
public final class AnswerReader {
    private static final String FUNCTION_TAG = "<function=";

    private final Set<String> tools;
    private final StringBuilder held = new StringBuilder();
    private boolean tagged;
    private boolean text;

    /// @param tools names that may be called
    public AnswerReader(Set<String> tools) {
        this.tools = Set.copyOf(tools);
        text = tools.isEmpty();
    }

    /// How an answer ends.
    ///
    /// @param rest text that was held back
    /// @param calls in place of any text
    public record Ending(String rest, List<ToolCall> calls) {
        public Ending {
            calls = List.copyOf(calls);
        }
    }

    /// The mark `<|python_tag|>` has come, before any text.
    public void pythonTag() {
        tagged = true;
    }

    /// The text that is certain with this piece, often none.
    public String append(String piece) {
        if (text) {
            return piece;
        }
        held.append(piece);
        text = !possible(PythonText.strippedLeft(held.toString()));
        return text ? held.toString() : "";
    }

    private boolean possible(String begun) {
        return tagged
                || begun.startsWith("{")
                || begun.startsWith("[")
                || begun.startsWith(FUNCTION_TAG)
                || FUNCTION_TAG.startsWith(begun);
    }

    /// What is left when nothing more comes.
    public Ending finish() {
        if (text) {
            return new Ending("", List.of());
        }
        Optional<Found> found = ToolCallReader.read(held.toString(), tagged)
                .filter(each -> each.calls().stream().allMatch(call -> tools.contains(call.name())));
        return found.map(each -> new Ending("", each.calls())).orElseGet(() -> new Ending(held.toString(), List.of()));
    }
}
