package dev.herd.bench.duel;

/// Herd and another way to do the same work, timed by turns: A B, B A, A B, ... Whatever else the machine does hits
/// both sides alike, so that the ratio of a round is far steadier than either rate.
///
/// @param name the case, parts divided by slashes: `lookup/zipf/d64/p20/large`
/// @param threads threads that each side may use
/// @param unit what is counted: `rows/s`
/// @param units how many of them one run of a side does
/// @param herd does the work once
/// @param other does the same work once
public record Duel(String name, int threads, String unit, double units, Side herd, Side other) {
    /// Work that is timed.
    @FunctionalInterface
    public interface Side {
        /// Does the work once.
        void run();

        /// Prepares a turn, outside the time that is taken.
        default void enter() {}
    }

    public Duel {
        if (threads < 1 || !(units > 0)) {
            throw new IllegalArgumentException(
                    "threads and units must be positive, got " + threads + " and " + units + " in " + name);
        }
    }

    /// Warms both sides up, then takes the given rounds.
    public Outcome fight(Rounds rounds) {
        warmUp(rounds);
        double[] herdRates = new double[rounds.count()];
        double[] otherRates = new double[rounds.count()];
        for (int round = 0; round < rounds.count(); round++) {
            boolean herdFirst = round % 2 == 0;
            if (herdFirst) {
                herdRates[round] = rate(herd, rounds);
            }
            otherRates[round] = rate(other, rounds);
            if (!herdFirst) {
                herdRates[round] = rate(herd, rounds);
            }
        }
        return new Outcome(name, threads, unit, herdRates, otherRates);
    }

    private void warmUp(Rounds rounds) {
        long end = rounds.clock().getAsLong() + 2 * rounds.warmUp().toNanos();
        while (rounds.clock().getAsLong() < end) {
            rate(herd, rounds);
            rate(other, rounds);
        }
    }

    private double rate(Side side, Rounds rounds) {
        side.enter();
        long start = rounds.clock().getAsLong();
        long elapsed;
        long runs = 0;
        do {
            side.run();
            runs++;
            elapsed = rounds.clock().getAsLong() - start;
        } while (elapsed < rounds.turn().toNanos());
        return runs * units * 1e9 / elapsed;
    }
}
