package dev.herd.train.quantize;

import dev.herd.embedding.RowFormat;
import java.util.List;

/// Formats that tables may take, and what that may cost.
///
/// @param formats to choose among; one of them needs no budget, all tables take it
/// @param entropyBudget by how much, as a share, the normalized entropy may rise; infinite for no limit
/// @param byteBudget bytes that all tables together may take; 0 for as few as the other budget allows
public record Choice(List<RowFormat> formats, double entropyBudget, long byteBudget) {
    public Choice {
        formats = List.copyOf(formats);
        if (formats.isEmpty()) {
            throw new IllegalArgumentException("name at least one format for the tables");
        }
        if (!(entropyBudget >= 0) || byteBudget < 0) {
            throw new IllegalArgumentException(
                    "budgets must not be negative, got " + entropyBudget + " and " + byteBudget + " bytes");
        }
        if (formats.size() > 1 && Double.isInfinite(entropyBudget) && byteBudget == 0) {
            throw new IllegalArgumentException("to choose among " + formats.size()
                    + " formats there must be a budget of normalized entropy or of bytes");
        }
    }
}
