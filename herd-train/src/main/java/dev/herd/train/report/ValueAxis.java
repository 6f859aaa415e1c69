package dev.herd.train.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// An axis for the values of a setting: numbers where all are numbers, else one place for each value.
///
/// @param names of the places, in order; empty where the axis is one of numbers
record ValueAxis(Axis axis, List<String> names) {
    private static final double WIDE = 20;

    ValueAxis {
        names = List.copyOf(names);
    }

    /// @param values as text; all that occur
    static ValueAxis of(String label, List<String> values) {
        List<Double> numbers = values.stream().map(ValueAxis::number).toList();
        if (numbers.stream().allMatch(Double::isFinite)) {
            double low = numbers.stream().mapToDouble(n -> n).min().orElse(0);
            double high = numbers.stream().mapToDouble(n -> n).max().orElse(0);
            boolean wide = low > 0 && high / low >= WIDE;
            return new ValueAxis(wide ? Axis.powers(label, low, high) : Axis.around(label, low, high, 5), List.of());
        }
        List<String> names = values.stream().distinct().sorted().toList();
        List<Double> places =
                IntStream.range(0, names.size()).mapToObj(i -> (double) i).toList();
        return new ValueAxis(new Axis(label, -0.5, names.size() - 0.5, false, places), names);
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    double at(String value) {
        return names.isEmpty() ? number(value) : names.indexOf(value);
    }

    double share(String value) {
        return axis.share(at(value));
    }

    String text(double tick) {
        if (names.isEmpty()) {
            return axis.text(tick);
        }
        String name = names.get((int) tick);
        int most = Math.max(6, 64 / names.size());
        return name.length() <= most ? name : name.substring(0, most - 1).toLowerCase(Locale.ROOT) + "~";
    }
}
