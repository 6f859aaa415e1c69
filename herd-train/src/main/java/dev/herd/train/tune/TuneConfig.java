package dev.herd.train.tune;

import dev.herd.data.config.Config;
import dev.herd.data.config.Doc;
import dev.herd.data.config.Fragment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A search: what to train, what may vary, and how the settings are chosen.
///
/// ```java
/// TuneConfig config = TuneConfig.read(Path.of("tune.yaml"), List.of("search.trials=10"));
/// TuneResult result = Tuner.search(config, Path.of("runs/tune"), Progress.SILENT, trial -> {});
/// ```
public record TuneConfig(
        @Doc("what every trial starts from: the path of a training configuration, or its keys")
        Fragment base,

        @Doc("how settings are chosen") Search search,

        @Doc("for each dotted key of the training configuration a list of choices, or one of {uniform: [low, high]},"
                + " {log_uniform: [low, high]}, {int: [low, high]}")
        Map<String, Fragment> space,

        @Doc("trials trained at the same time; 0 for as many as there are cores for")
        int parallel,

        @Doc("whose weights and checkpoints stay on disk; configuration, metrics and report of every trial do")
        Keep keep,

        @Doc("folder of the search; by default runs/tune-<time>") @Nullable
        Path output) {

    public TuneConfig {
        if (parallel < 0) {
            throw new IllegalArgumentException("parallel must not be negative, got " + parallel);
        }
    }

    public static TuneConfig defaults() {
        return new TuneConfig(Fragment.empty("base"), Search.Random.defaults(), Map.of(), 0, Keep.BEST, null);
    }

    /// A file with overrides over the defaults; a base that is named by its path is read into the result.
    ///
    /// **Throws** [dev.herd.data.InputException] when there is no base.
    public static TuneConfig read(Path yaml, List<String> overrides) {
        return Config.read(yaml, overrides, defaults()).withBaseRead(yaml);
    }

    /// Checks the space and returns the number of trials; the dataset need not be there yet.
    ///
    /// **Throws** [dev.herd.data.InputException] naming file and line of what is wrong.
    public int trials() {
        return Suggestions.of(search, Space.of(base, space)).size();
    }

    private TuneConfig withBaseRead(Path yaml) {
        if (base.isEmpty()) {
            throw new dev.herd.data.InputException(
                    yaml + ": key 'base' is missing; give the path of a training configuration, or its keys");
        }
        Fragment whole = base.text()
                .map(path -> Fragment.read(Path.of(path)))
                .or(() -> base.shorthand().map(named -> named.getValue().over(Fragment.read(Path.of(named.getKey())))))
                .orElse(base);
        return new TuneConfig(whole, search, space, parallel, keep, output);
    }

    /// Whose weights stay on disk.
    public enum Keep {
        /// the best trial's
        BEST,
        /// every trial's
        ALL,
        /// nobody's
        NONE
    }

    /// How settings are chosen.
    public sealed interface Search {
        @Doc("every combination of the choices")
        record Grid() implements Search {
            public static Grid defaults() {
                return new Grid();
            }
        }

        @Doc("independent draws; trial n depends on seed and n alone")
        record Random(
                @Doc("number of draws") int trials,
                @Doc("decides the draws") long seed) implements Search {
            public Random {
                checkTrials(trials);
            }

            public static Random defaults() {
                return new Random(20, 1);
            }
        }

        @Doc("the draws of random; all are trained a little, the best 1/eta of them eta times as long, and so on")
        record SuccessiveHalving(
                @Doc("number of draws") int trials,

                @Doc("decides the draws") long seed,

                @Doc("one trial of so many goes on to the next rung, which is so many times as long")
                int eta,

                @Doc("least length of the first rung in epochs; used when min_rows is 0")
                int minEpochs,

                @Doc("least length of the first rung in rows, for runs of one epoch or few; 0 for min_epochs")
                long minRows)
                implements Search {
            public SuccessiveHalving {
                checkTrials(trials);
                if (eta < 2) {
                    throw new IllegalArgumentException("eta must be at least 2, got " + eta);
                }
                if (minEpochs < 1) {
                    throw new IllegalArgumentException("min_epochs must be positive, got " + minEpochs);
                }
                if (minRows < 0) {
                    throw new IllegalArgumentException("min_rows must not be negative, got " + minRows);
                }
            }

            public static SuccessiveHalving defaults() {
                return new SuccessiveHalving(27, 1, 3, 1, 0);
            }
        }

        private static void checkTrials(int trials) {
            if (trials < 1) {
                throw new IllegalArgumentException("trials must be positive, got " + trials);
            }
        }
    }
}
