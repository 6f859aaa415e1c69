package dev.herd.bench.duel;

import java.time.Duration;
import java.util.function.LongSupplier;

/// How long two sides are compared.
///
/// @param count rounds; each gives one ratio
/// @param turn least time that each side works in a round; a turn ends with the work that crosses it
/// @param warmUp least time that each side works, by turns, before the first round
/// @param clock nanoseconds that pass: the wall's, or one thread's own when other work disturbs the machine
public record Rounds(int count, Duration turn, Duration warmUp, LongSupplier clock) {
    public Rounds {
        if (count < 1) {
            throw new IllegalArgumentException("at least one round is needed, got " + count);
        }
        if (turn.isNegative() || turn.isZero() || warmUp.isNegative()) {
            throw new IllegalArgumentException(
                    "a turn must take time and a warm-up must not be negative, got " + turn + " and " + warmUp);
        }
    }

    /// By the wall clock.
    public Rounds(int count, Duration turn, Duration warmUp) {
        this(count, turn, warmUp, System::nanoTime);
    }

    public Rounds withClock(LongSupplier other) {
        return new Rounds(count, turn, warmUp, other);
    }
}
