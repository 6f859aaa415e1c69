package dev.herd.train.report;

import java.util.Locale;

/// Text as it may stand in HTML.
final class Html {
    private Html() {}

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /// Four significant digits, thousands set apart.
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "-";
        }
        double magnitude = Math.abs(value);
        if (magnitude >= 1000) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        if (value != 0 && magnitude < 1e-4) {
            return String.format(Locale.ROOT, "%.2e", value);
        }
        int decimals = value == 0 ? 0 : Math.max(0, 3 - (int) Math.floor(Math.log10(magnitude)));
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
