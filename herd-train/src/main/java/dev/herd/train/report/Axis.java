package dev.herd.train.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A range of values along one side of a plot, with round numbers marked on it.
///
/// @param logarithmic whether equal steps are equal ratios; needs a positive low end
record Axis(String label, double low, double high, boolean logarithmic, List<Double> ticks) {
    private static final double[] ROUND = {1, 2, 2.5, 5, 10};

    Axis {
        ticks = List.copyOf(ticks);
    }

    /// An axis whose ends are ticks around `[low, high]`.
    static Axis around(String label, double low, double high, int about) {
        double span = high > low ? high - low : high == 0 ? 1 : Math.abs(high) * 0.4;
        double from = high > low ? low : low - span / 2;
        double step = step(span / Math.max(1, about));
        double first = Math.floor(from / step + 1e-9) * step;
        List<Double> ticks = new ArrayList<>();
        for (int i = 0; ticks.isEmpty() || ticks.getLast() < from + span - step * 1e-6; i++) {
            ticks.add(first + i * step);
        }
        return new Axis(label, ticks.getFirst(), ticks.getLast(), false, ticks);
    }

    /// An axis that begins and ends with the data, ticks within.
    static Axis within(String label, double low, double high, int about) {
        Axis around = around(label, low, high, about);
        List<Double> inside = around.ticks.stream()
                .filter(tick -> tick >= low - 1e-9 * Math.abs(low) && tick <= high + 1e-9 * Math.abs(high))
                .toList();
        return high > low ? new Axis(label, low, high, false, inside) : around;
    }

    /// Powers of ten around `[low, high]`, both positive.
    static Axis powers(String label, double low, double high) {
        int first = (int) Math.floor(Math.log10(low) + 1e-9);
        int last = Math.max(first + 1, (int) Math.ceil(Math.log10(high) - 1e-9));
        List<Double> ticks = new ArrayList<>();
        for (int power = first; power <= last; power++) {
            ticks.add(Math.pow(10, power));
        }
        return new Axis(label, ticks.getFirst(), ticks.getLast(), true, ticks);
    }

    private static double step(double rough) {
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        for (double round : ROUND) {
            if (round * power >= rough * (1 - 1e-9)) {
                return round * power;
            }
        }
        return 10 * power;
    }

    /// Where a value lies: 0 at the low end, 1 at the high end.
    double share(double value) {
        if (logarithmic) {
            return (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low));
        }
        return (value - low) / (high - low);
    }

    /// A tick as text, with as many digits as tell neighbors apart.
    String text(double tick) {
        if (tick == 0) {
            return "0";
        }
        double magnitude = Math.abs(tick);
        if (logarithmic) {
            return magnitude >= 0.01 && magnitude < 1000 ? brief(tick) : power(tick);
        }
        double widest = Math.max(Math.abs(low), Math.abs(high));
        if (widest >= 1e9) {
            return brief(tick / 1e9) + "G";
        }
        if (widest >= 1e6) {
            return brief(tick / 1e6) + "M";
        }
        if (widest >= 1e4) {
            return brief(tick / 1e3) + "k";
        }
        return widest < 1e-3 ? power(tick) : plain(tick, decimals());
    }

    private int decimals() {
        double step = ticks.size() > 1 ? ticks.get(1) - ticks.get(0) : high - low;
        int decimals = Math.max(0, (int) Math.ceil(-Math.log10(step) - 1e-9));
        double scaled = step * Math.pow(10, decimals);
        return Math.abs(scaled - Math.round(scaled)) > 1e-6 ? decimals + 1 : decimals;
    }

    private static String plain(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    /// At most two decimals.
    private static String brief(double value) {
        return plain(value, 2).replaceAll("0+$", "").replaceAll("\\.$", "");
    }

    private static String power(double value) {
        return String.format(Locale.ROOT, "%.1e", value)
                .replaceAll("\\.0e", "e")
                .replaceAll("e([+-])0*(\\d)", "e$1$2")
                .replace("e+", "e");
    }
}
