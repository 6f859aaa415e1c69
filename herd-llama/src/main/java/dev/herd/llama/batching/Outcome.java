package dev.herd.llama.batching;

import dev.herd.llama.Completion.End;

/// How a text came to its end. By then its pages have been given back.
///
/// @param end [End#INTERRUPTED] where the one who asked has closed the reply
/// @param reusedTokens of the prompt, whose keys and values were known from other texts
/// @param tokens written, the one that ended the text included
/// @param waitSeconds from the request until its turn came
/// @param firstSeconds from the request to the first token; to the end where there was none
/// @param seconds from the request to the end
public record Outcome(
        End end,
        int promptTokens,
        int reusedTokens,
        int tokens,
        double waitSeconds,
        double firstSeconds,
        double seconds) {}
