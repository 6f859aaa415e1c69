package dev.herd.llama.batching;

import dev.herd.llama.Request;
import java.util.OptionalInt;

/// A text to be written.
///
/// @param prompt tokens that it goes on from
/// @param likely how many of the likeliest tokens are told beside each one written; empty to tell no
///     probabilities at all, which is cheaper
public record Ask(int[] prompt, Request request, OptionalInt likely) {
    public Ask {
        prompt = prompt.clone();
        if (prompt.length == 0) {
            throw new IllegalArgumentException("the prompt is empty and this model's texts have no start mark");
        }
        if (likely.isPresent() && likely.getAsInt() < 0) {
            throw new IllegalArgumentException("likely must not be negative, got " + likely.getAsInt());
        }
    }

    /// A text of which no probabilities are wanted.
    public static Ask of(int[] prompt, Request request) {
        return new Ask(prompt, request, OptionalInt.empty());
    }

    @Override
    public int[] prompt() {
        return prompt.clone();
    }

    /// Positions it takes at most: the last token is never computed.
    int positions() {
        return Math.addExact(prompt.length, request.tokens() - 1);
    }
}
