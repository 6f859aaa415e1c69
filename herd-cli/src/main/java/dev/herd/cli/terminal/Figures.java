package dev.herd.cli.terminal;

import java.util.Locale;

/// Numbers as people read them: `81.2k`, `1:05`, `0.4512`.
public final class Figures {
    private static final String[] SUFFIXES = {"", "k", "M", "G", "T"};

    private Figures() {}

    /// Three significant digits with a decimal suffix; whole numbers below 10,000 stay as they are.
    public static String count(double value) {
        if (Math.abs(value) < 10_000 && value == Math.rint(value)) {
            return String.format(Locale.ROOT, "%d", (long) value);
        }
        double scaled = value;
        int power = 0;
        while (Math.abs(scaled) >= 999.5 && power < SUFFIXES.length - 1) {
            scaled /= 1000;
            power++;
        }
        String digits = Math.abs(scaled) < 9.995 ? "%.2f" : Math.abs(scaled) < 99.95 ? "%.1f" : "%.0f";
        return String.format(Locale.ROOT, digits, scaled) + SUFFIXES[power];
    }

    /// Like [#count(double)].
    public static String count(long value) {
        return count((double) value);
    }

    /// `m:ss`, or `h:mm:ss` from an hour on.
    public static String duration(double seconds) {
        long whole = Math.round(seconds);
        return whole < 3600
                ? String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
    }

    /// A measured figure such as a loss: four decimals, or four significant digits when it is small or large.
    public static String measure(double value) {
        double size = Math.abs(value);
        String format = size != 0 && (size < 0.001 || size >= 100_000) ? "%.3e" : "%.4f";
        return String.format(Locale.ROOT, format, value);
    }

    /// Like [#bytes(double)].
    public static String bytes(long bytes) {
        return bytes((double) bytes);
    }

    /// Bytes with a binary unit: `1.5 GiB`.
    public static String bytes(double bytes) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        double scaled = bytes;
        int power = 0;
        while (scaled >= 1024 && power < units.length - 1) {
            scaled /= 1024;
            power++;
        }
        return String.format(Locale.ROOT, power == 0 ? "%.0f %s" : "%.1f %s", scaled, units[power]);
    }
}
