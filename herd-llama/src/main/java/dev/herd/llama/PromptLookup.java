package dev.herd.llama;

import java.util.Arrays;

/// Guesses what followed the last time that the text had the same last tokens, the longest match first.
final class PromptLookup implements Guesser {
    private static final int LONGEST = 4;

    /// A single token repeats too easily.
    private static final int SHORTEST = 2;

    @Override
    public int[] guess(int[] text, int length, int most) {
        for (int size = LONGEST; size >= SHORTEST; size--) {
            for (int at = length - size - 1; at >= 0; at--) {
                if (Arrays.equals(text, at, at + size, text, length - size, length)) {
                    return Arrays.copyOfRange(text, at + size, Math.min(length, at + size + most));
                }
            }
        }
        return new int[0];
    }
}
