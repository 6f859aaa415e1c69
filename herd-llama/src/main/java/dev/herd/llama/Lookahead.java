package dev.herd.llama;

import java.util.Arrays;

/// A text and the guesses at what comes after it. After guesses that were all right more are made, after
/// wrong ones only as many as were right.
///
/// For one thread.
public final class Lookahead {
    private final Guesser guesser;
    private final int most;
    private final int[] text;
    private int length;
    private int worth;
    private int made;
    private int right;

    /// @param most guesses at a time
    /// @param room for tokens after the prompt
    Lookahead(Guesser guesser, int most, int[] prompt, int room) {
        this.guesser = guesser;
        this.most = most;
        this.worth = most;
        this.text = Arrays.copyOf(prompt, prompt.length + room);
        this.length = prompt.length;
    }

    /// Guesses by what the text has said before.
    ///
    /// @param most guesses at a time, 0 for none
    /// @param room for tokens after the prompt
    public static Lookahead lookup(int most, int[] prompt, int room) {
        return new Lookahead(new PromptLookup(), most, prompt, room);
    }

    /// A token has been written.
    public void append(int token) {
        text[length++] = token;
    }

    /// The last token and up to `room` that may come after it: what a step is to compute.
    public int[] next(long room) {
        int count = (int) Math.min(Math.min(worth, room), text.length - length - 1L);
        int[] guesses = count > 0 ? guesser.guess(text, length, count) : new int[0];
        int[] tokens = new int[1 + guesses.length];
        tokens[0] = text[length - 1];
        System.arraycopy(guesses, 0, tokens, 1, guesses.length);
        return tokens;
    }

    /// So many guesses of the last step were right.
    ///
    /// @param guessed how many there were
    public void learn(int guessed, int found) {
        made += guessed;
        right += found;
        if (guessed > 0) {
            worth = found == guessed ? Math.min(most, 2 * guessed) : Math.max(1, found);
        }
    }

    /// What came of all guesses.
    public Completion.Guesses guesses() {
        return new Completion.Guesses(made, right);
    }
}
