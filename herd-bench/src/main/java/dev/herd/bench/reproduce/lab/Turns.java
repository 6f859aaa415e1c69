package dev.herd.bench.reproduce.lab;

import dev.herd.bench.duel.Median;
import dev.herd.data.Progress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleSupplier;

/// Several ways to do the same work, measured by turns, so that whatever else the machine does hits all
/// alike. The first way is the one that the others are compared with.
///
/// @param rounds that count; one more before them warms up
public record Turns(List<Arm> arms, int rounds) {
    public Turns {
        arms = List.copyOf(arms);
        if (arms.size() < 2 || rounds < 1) {
            throw new IllegalArgumentException(
                    "at least two arms and one round are needed, got " + arms.size() + " and " + rounds);
        }
    }

    /// One way.
    ///
    /// @param seconds does the work once and says what it took
    public record Arm(String name, DoubleSupplier seconds) {
        /// Work that is measured by the wall clock.
        public static Arm timed(String name, Runnable work) {
            return new Arm(name, () -> {
                long start = System.nanoTime();
                work.run();
                return (System.nanoTime() - start) * 1e-9;
            });
        }
    }

    /// Runs all arms round by round.
    public Result run(String what, Progress progress) {
        double[][] seconds = new double[arms.size()][rounds];
        try (Progress.Task task = progress.start(what, (rounds + 1L) * arms.size(), "turns")) {
            for (int round = -1; round < rounds; round++) {
                for (int arm = 0; arm < arms.size(); arm++) {
                    double taken = arms.get(arm).seconds().getAsDouble();
                    if (round >= 0) {
                        seconds[arm][round] = taken;
                    }
                    task.advance(1);
                }
            }
        }
        return new Result(arms.stream().map(Arm::name).toList(), seconds);
    }

    /// What every arm took.
    ///
    /// @param seconds by arm and round
    public record Result(List<String> names, double[][] seconds) {
        /// Median over the rounds.
        public double seconds(int arm) {
            return Median.of(seconds[arm]);
        }

        /// How many times faster than the first arm: the median of the rounds' ratios.
        public double ratio(int arm) {
            return Median.of(ratios(arm));
        }

        /// The smallest and the largest ratio of a round.
        public String spread(int arm) {
            double[] ratios = ratios(arm);
            return String.format(
                    Locale.ROOT,
                    "%.2f-%.2f",
                    Arrays.stream(ratios).min().orElseThrow(),
                    Arrays.stream(ratios).max().orElseThrow());
        }

        private double[] ratios(int arm) {
            double[] ratios = new double[seconds[arm].length];
            Arrays.setAll(ratios, round -> seconds[0][round] / seconds[arm][round]);
            return ratios;
        }
    }
}
