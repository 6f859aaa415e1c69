package dev.herd.llama.batching;

import dev.herd.llama.Completion;
import dev.herd.llama.engine.LlamaEngine;

/// Counts what the engine's thread does.
///
/// For one thread.
final class Tally {
    /// Steps over which the speed is taken.
    private static final int STEPS = 64;

    private final long[] times = new long[STEPS];
    private final long[] tokensThen = new long[STEPS];
    private long finished;
    private long cancelled;
    private long failed;
    private long promptTokens;
    private long reusedTokens;
    private long tokens;
    private long guessed;
    private long guessedRight;
    private long steps;

    void finished() {
        finished++;
    }

    void cancelled(int count) {
        cancelled += count;
    }

    void failed(int count) {
        failed += count;
    }

    void prompt(int count) {
        promptTokens += count;
    }

    void reused(int count) {
        reusedTokens += count;
    }

    void written(int count) {
        tokens += count;
    }

    void guessed(Completion.Guesses guesses) {
        guessed += guesses.made();
        guessedRight += guesses.right();
    }

    void step() {
        times[(int) (steps % STEPS)] = System.nanoTime();
        tokensThen[(int) (steps % STEPS)] = tokens;
        steps++;
    }

    /// Texts that came to an end of any kind.
    long ended() {
        return finished + cancelled + failed;
    }

    Figures figures(Schedule schedule, LlamaEngine engine) {
        return new Figures(
                schedule.waiting(),
                schedule.running(),
                engine.pages(),
                engine.freePages(),
                engine.rememberedPages(),
                schedule.waiting() + schedule.running() + ended(),
                0,
                finished,
                cancelled,
                failed,
                promptTokens,
                reusedTokens,
                tokens,
                guessed,
                guessedRight,
                steps,
                schedule.running() == 0 ? 0 : tokensPerSecond());
    }

    private double tokensPerSecond() {
        if (steps < 2) {
            return 0;
        }
        int newest = (int) ((steps - 1) % STEPS);
        int oldest = (int) (steps <= STEPS ? 0 : steps % STEPS);
        return (tokensThen[newest] - tokensThen[oldest]) * 1e9 / Math.max(1, times[newest] - times[oldest]);
    }
}
