package dev.herd.data.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Finds what a mistyped word was meant to be.
public final class Spelling {
    private Spelling() {}

    /// The known word nearest to the given one, when at most a third of its letters (and at least one) must change.
    /// Case and the difference between `-` and `_` do not count.
    public static Optional<String> closest(String word, Collection<String> known) {
        String folded = fold(word);
        int allowed = Math.max(1, folded.length() / 3);
        return known.stream()
                .filter(candidate -> distance(folded, fold(candidate)) <= allowed)
                .min(Comparator.comparingInt(candidate -> distance(folded, fold(candidate))));
    }

    /// `; did you mean 'x'?` with the nearest known word, or nothing.
    public static String hint(String word, Collection<String> known) {
        return closest(word, known)
                .map(found -> "; did you mean '" + found + "'?")
                .orElse("");
    }

    /// The nearest known word, if any, and all known ones: `; did you mean 'fm'? Known models: fm, lr`.
    ///
    /// @param what names the known words: `models`
    public static String remedy(String word, String what, Collection<String> known) {
        String hint = hint(word, known);
        String all = known.isEmpty() ? "none" : String.join(", ", known);
        return (hint.isEmpty() ? "." : hint) + " Known " + what + ": " + all;
    }

    private static String fold(String word) {
        return word.replace('-', '_').toLowerCase(java.util.Locale.ROOT).replace("_", "");
    }

    /// Insertions, deletions, replacements and swaps of neighbors that turn one word into the other.
    static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : step(a, b, i, j, cost);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int step(String a, String b, int i, int j, int[][] cost) {
        int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int best = Math.min(replaced, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
    }
}
