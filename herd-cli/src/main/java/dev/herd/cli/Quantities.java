package dev.herd.cli;

import dev.herd.data.InputException;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Amounts as people write them on the command line: `2GiB`, `10%`.
final class Quantities {
    private static final Pattern BYTES =
            Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([kmgt]?)(i?b?)", Pattern.CASE_INSENSITIVE);
    private static final String UNITS = "kmgt";

    private Quantities() {}

    /// Bytes; units are powers of 1024 with or without the i.
    static long bytes(String option, String text) {
        Matcher matcher = BYTES.matcher(text.strip());
        if (!matcher.matches()) {
            throw new InputException(option + " takes a size such as 512MiB or 2GiB, found '" + text + "'");
        }
        int power = matcher.group(2).isEmpty()
                ? 0
                : 1 + UNITS.indexOf(matcher.group(2).toLowerCase(Locale.ROOT));
        return new BigDecimal(matcher.group(1))
                .multiply(BigDecimal.valueOf(1L << 10 * power))
                .longValue();
    }

    /// A share between 0 and 1, given as such or in percent.
    static double share(String option, String text) {
        String number = text.strip();
        boolean percent = number.endsWith("%");
        try {
            double value = Double.parseDouble(percent ? number.substring(0, number.length() - 1) : number);
            double share = percent ? value / 100 : value;
            if (share > 0 && share <= 1) {
                return share;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new InputException(
                option + " takes a share above 0 and up to 1, such as 10% or 0.1, found '" + text + "'");
    }
}
