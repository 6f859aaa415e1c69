package dev.herd.llama.tokenizer;

import dev.herd.llama.tokenizer.MarkFinder.Match;
import java.util.stream.IntStream;

/// A text in which names of marks stand for the marks, as a template writes them, unless they come from
/// somebody's words: those are put in with their marks broken by a character that nobody has said.
public final class MarkedText {
    /// Unicode gives these no meaning and promises never to.
    private static final char FIRST_BREAKER = '\uFDD0';

    private static final char LAST_BREAKER = '\uFDEF';

    private final Tokenizer tokenizer;
    private final String breaker;

    private MarkedText(Tokenizer tokenizer, char breaker) {
        this.tokenizer = tokenizer;
        this.breaker = String.valueOf(breaker);
    }

    /// @param words all that people and tools have said
    ///
    /// **Throws** `IllegalArgumentException` when the words hold every character that could break marks.
    public static MarkedText around(String words, Tokenizer tokenizer) {
        int breaker = IntStream.rangeClosed(FIRST_BREAKER, LAST_BREAKER)
                .filter(c -> words.indexOf(c) < 0)
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException(
                                "the conversation holds all characters from U+FDD0 to U+FDEF, which mean nothing; leave one out"));
        return new MarkedText(tokenizer, (char) breaker);
    }

    /// Words as they can stand in the text.
    public String words(String said) {
        StringBuilder words = new StringBuilder(said.length());
        int from = 0;
        for (Match mark = tokenizer.controlMarks().find(said, 0);
                mark.end() > mark.start();
                mark = tokenizer.controlMarks().find(said, mark.start() + 1)) {
            words.append(said, from, mark.start() + 1).append(breaker);
            from = mark.start() + 1;
        }
        return words.append(said.substring(from)).toString();
    }

    /// The ids of the whole text.
    public int[] ids(String text) {
        return tokenizer.encodeWithMarks(text, breaker);
    }

    /// The text for people to read.
    public String readable(String text) {
        return text.replace(breaker, "");
    }
}
