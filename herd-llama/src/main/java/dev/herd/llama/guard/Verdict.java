package dev.herd.llama.guard;

import java.util.List;
import java.util.stream.Collectors;

/// What Llama Guard thinks of the last turn of a conversation.
///
/// @param unsafe whether the score has reached the threshold
/// @param score the probability of the label `unsafe`
/// @param hazards why, in order; none for a safe turn, and perhaps none for an unsafe one
public record Verdict(boolean unsafe, double score, List<Hazard> hazards) {
    public Verdict {
        hazards = List.copyOf(hazards);
    }

    /// In words: `unsafe, score 0.98: S1 Violent Crimes, S10 Hate`.
    public String described() {
        String reasons = hazards.stream().map(each -> each + " " + each.title()).collect(Collectors.joining(", "));
        return "%s, score %.4f%s".formatted(unsafe ? "unsafe" : "safe", score, reasons.isEmpty() ? "" : ": " + reasons);
    }
}
