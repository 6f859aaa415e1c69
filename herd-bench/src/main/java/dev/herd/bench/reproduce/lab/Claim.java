package dev.herd.bench.reproduce.lab;

import org.jspecify.annotations.Nullable;

/// One claim of a paper and what was measured here.
///
/// @param published the paper's figure; null where it gives none that can be compared
/// @param measured ours, in the same unit
/// @param expectation what ours must be for the claim to hold
public record Claim(String name, @Nullable Double published, double measured, String unit, Expectation expectation) {
    /// Whether the claim holds here: a function of what was measured, false for NaN.
    public boolean holds() {
        return expectation.admits(measured);
    }

    /// Ours over the paper's; null without a published figure.
    public @Nullable Double ratio() {
        return published == null || published == 0 ? null : measured / published;
    }
}
