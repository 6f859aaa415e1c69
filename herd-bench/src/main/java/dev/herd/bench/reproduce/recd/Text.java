package dev.herd.bench.reproduce.recd;

import java.util.Locale;

/// Figures as the tables print them.
final class Text {
    private Text() {}

    static String of(String pattern, double value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}
