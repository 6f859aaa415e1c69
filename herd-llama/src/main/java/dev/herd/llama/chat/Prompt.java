package dev.herd.llama.chat;

import dev.herd.llama.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// A text with marks in it, kept apart: what a user wrote never becomes a mark, whatever it spells.
public final class Prompt {
    private final List<Part> parts = new ArrayList<>();

    private record Part(boolean mark, String text) {}

    Prompt() {}

    Prompt mark(String name) {
        parts.add(new Part(true, name));
        return this;
    }

    Prompt text(String text) {
        boolean joins = !parts.isEmpty() && !parts.getLast().mark();
        String before = joins ? parts.removeLast().text() : "";
        parts.add(new Part(false, before + text));
        return this;
    }

    /// The ids a model reads.
    ///
    /// **Throws** IllegalArgumentException when the vocabulary lacks a mark of the format.
    public int[] ids(Tokenizer tokenizer) {
        return parts.stream()
                .flatMapToInt(part -> part.mark()
                        ? IntStream.of(id(tokenizer, part.text()))
                        : IntStream.of(tokenizer.encode(part.text())))
                .toArray();
    }

    /// The same for people to read, marks as their names.
    public String text() {
        StringBuilder text = new StringBuilder();
        parts.forEach(part -> text.append(part.text()));
        return text.toString();
    }

    private static int id(Tokenizer tokenizer, String mark) {
        return tokenizer
                .mark(mark)
                .orElseThrow(() -> new IllegalArgumentException("the vocabulary has no token " + mark
                        + ", which the chat format needs; use a chat model of the Llama 3 family"));
    }
}
