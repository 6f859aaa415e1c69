package dev.herd.bench.llm;

import dev.herd.llama.batching.Figures;

/// What a load did to a server.
///
/// @param whole answers read to their end
/// @param left answers that the client went away from
/// @param failed requests that got an error, or an answer without an end
/// @param differing answers to the one question asked again and again that were not the first answer to it
/// @param fewest requests that a client got through
/// @param most requests that a client got through
/// @param firstTokenMedian seconds from the request to the first token
/// @param longestGap seconds between two tokens of one answer
/// @param after the server when all clients had gone
public record LoadReport(
        int whole,
        int left,
        int failed,
        int differing,
        int fewest,
        int most,
        double seconds,
        double tokensPerSecond,
        double firstTokenMedian,
        double firstToken95,
        double firstTokenLongest,
        double longestGap,
        Figures after) {
    /// Pages that no text holds any more and that did not come back.
    public int leakedPages() {
        return after.pages() - after.freePages();
    }

    /// Whether nothing failed, nothing leaked, and load changed no answer.
    public boolean sound() {
        return failed == 0 && differing == 0 && leakedPages() == 0 && after.running() + after.waiting() == 0;
    }
}
