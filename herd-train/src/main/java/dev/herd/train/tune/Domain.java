package dev.herd.train.tune;

import dev.herd.data.config.Fragment;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/// The values that one key may take.
sealed interface Domain {
    /// The value at a point `u` of `[0, 1)`: a uniform u gives a draw.
    Fragment draw(double u);

    /// How many values there are; empty when they cannot be counted.
    OptionalLong size();

    /// The values whose check stands for the check of all: every one of a list, both ends of a range.
    List<Fragment> samples();

    /// All values, in order.
    ///
    /// **Throws** `IllegalStateException` when they cannot be counted.
    List<Fragment> all();

    /// What the key of a space says, checked.
    ///
    /// **Throws** [dev.herd.data.InputException] naming key, file and line.
    static Domain parse(String key, Fragment written) {
        var list = written.items();
        if (list.isPresent()) {
            if (list.get().isEmpty()) {
                throw written.error("space: '" + key + "' has no choices; list at least one");
            }
            Set<Fragment> seen = new HashSet<>();
            list.get().stream().filter(choice -> !seen.add(choice)).findFirst().ifPresent(again -> {
                throw again.error("space: '" + key + "' lists " + again.described() + " twice");
            });
            return new OneOf(list.get());
        }
        var entries = written.entries();
        if (entries.isEmpty() || entries.get().size() != 1) {
            throw written.error("space: '" + key + "' must be a list of choices, or one of {uniform: [low, high]},"
                    + " {log_uniform: [low, high]}, {int: [low, high]}; found " + written.described());
        }
        Map.Entry<String, Fragment> range = entries.get().firstEntry();
        return switch (range.getKey()) {
            case "uniform" -> Range.parse(key, range, Uniform::new);
            case "log_uniform" -> Range.parse(key, range, LogUniform::new);
            case "int" -> Range.parse(key, range, Whole::new);
            default ->
                throw range.getValue()
                        .error("space: '" + key + "' has the unknown range '" + range.getKey()
                                + "'. Known ranges: uniform, log_uniform, int; a block as a choice stands in a list");
        };
    }

    /// A list of choices.
    record OneOf(List<Fragment> choices) implements Domain {
        @Override
        public Fragment draw(double u) {
            return choices.get((int) (u * choices.size()));
        }

        @Override
        public OptionalLong size() {
            return OptionalLong.of(choices.size());
        }

        @Override
        public List<Fragment> samples() {
            return choices;
        }

        @Override
        public List<Fragment> all() {
            return choices;
        }
    }

    /// Ends of a range, and where they were written.
    record Range(String key, Fragment place, BigDecimal low, BigDecimal high) {
        private static Domain parse(String key, Map.Entry<String, Fragment> written, Function<Range, Domain> kind) {
            List<Fragment> ends = written.getValue().items().orElse(List.of());
            if (ends.size() != 2) {
                throw written.getValue()
                        .error("space: '" + key + "' needs two numbers, " + written.getKey() + ": [low, high]");
            }
            Range range = new Range(key, written.getValue(), number(key, ends.get(0)), number(key, ends.get(1)));
            if (range.low.compareTo(range.high) >= 0) {
                throw written.getValue()
                        .error("space: '" + key + "' must have low < high, found " + range.low + " and " + range.high);
            }
            return kind.apply(range);
        }

        private static BigDecimal number(String key, Fragment end) {
            try {
                return new BigDecimal(end.text().orElse("nothing").replace("_", ""));
            } catch (NumberFormatException e) {
                throw end.error("space: '" + key + "' needs a number, found " + end.described());
            }
        }

        /// A number rounded to so many digits, within the ends.
        private Fragment rounded(double value, int scale) {
            BigDecimal round = BigDecimal.valueOf(value).setScale(scale, RoundingMode.HALF_EVEN);
            return fragment(round.max(low).min(high));
        }

        private Fragment fragment(BigDecimal value) {
            return place.replacedBy(plain(value));
        }

        private static String plain(BigDecimal value) {
            String text = value.stripTrailingZeros().toString().toLowerCase(java.util.Locale.ROOT);
            return text.contains("e") && value.precision() - value.scale() > -6 && value.signum() != 0
                    ? value.stripTrailingZeros().toPlainString()
                    : text;
        }

        private List<Fragment> ends() {
            return List.of(fragment(low), fragment(high));
        }
    }

    private static IllegalStateException uncounted(Range range) {
        return new IllegalStateException("'" + range.key() + "' has no list of values");
    }

    /// Equally likely everywhere, in steps of about 1/10,000 of the range.
    record Uniform(Range range) implements Domain {
        @Override
        public Fragment draw(double u) {
            double low = range.low().doubleValue();
            double span = range.high().doubleValue() - low;
            return range.rounded(low + u * span, 4 - (int) Math.floor(Math.log10(span)));
        }

        @Override
        public OptionalLong size() {
            return OptionalLong.empty();
        }

        @Override
        public List<Fragment> samples() {
            return range.ends();
        }

        @Override
        public List<Fragment> all() {
            throw uncounted(range);
        }
    }

    /// Every factor equally likely; draws have four significant digits.
    record LogUniform(Range range) implements Domain {
        public LogUniform {
            if (range.low().signum() <= 0) {
                throw range.place()
                        .error("space: '" + range.key() + "' must have low > 0 to be log_uniform, found " + range.low()
                                + "; use uniform, or a list with 0 among its choices");
            }
        }

        @Override
        public Fragment draw(double u) {
            double low = Math.log(range.low().doubleValue());
            double high = Math.log(range.high().doubleValue());
            double value = Math.exp(low + u * (high - low));
            BigDecimal round = new BigDecimal(value, new MathContext(4));
            return range.fragment(round.max(range.low()).min(range.high()));
        }

        @Override
        public OptionalLong size() {
            return OptionalLong.empty();
        }

        @Override
        public List<Fragment> samples() {
            return range.ends();
        }

        @Override
        public List<Fragment> all() {
            throw uncounted(range);
        }
    }

    /// Whole numbers, both ends included.
    record Whole(Range range) implements Domain {
        public Whole {
            if (range.low().stripTrailingZeros().scale() > 0
                    || range.high().stripTrailingZeros().scale() > 0) {
                throw range.place()
                        .error("space: '" + range.key() + "' must have whole ends to be int, found " + range.low()
                                + " and " + range.high());
            }
        }

        private long low() {
            return range.low().longValueExact();
        }

        @Override
        public Fragment draw(double u) {
            return at(low() + (long) (u * size().orElseThrow()));
        }

        private Fragment at(long value) {
            return range.place().replacedBy(Long.toString(value));
        }

        @Override
        public OptionalLong size() {
            return OptionalLong.of(range.high().longValueExact() - low() + 1);
        }

        @Override
        public List<Fragment> samples() {
            return range.ends();
        }

        @Override
        public List<Fragment> all() {
            List<Fragment> all = new ArrayList<>();
            for (long value = low(); value <= range.high().longValueExact(); value++) {
                all.add(at(value));
            }
            return all;
        }
    }
}
