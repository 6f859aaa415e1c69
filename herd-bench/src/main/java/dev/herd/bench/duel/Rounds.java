package dev.herd.bench.duel;

import java.time.Duration;

/// How long two sides are compared.
///
/// @param count rounds; each gives one ratio
/// @param turn least time that each side works in a round; a turn ends with the work that crosses it
/// @param warmUp least time that each side works, by turns, before the first round
public record Rounds(int count, Duration turn, Duration warmUp) {
    public Rounds {
        if (count < 1) {
            throw new IllegalArgumentException("at least one round is needed, got " + count);
        }
        if (turn.isNegative() || turn.isZero() || warmUp.isNegative()) {
            throw new IllegalArgumentException(
                    "a turn must take time and a warm-up must not be negative, got " + turn + " and " + warmUp);
        }
    }
}
