package dev.herd.jinja;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import com.hubspot.jinjava.objects.date.StrftimeFormatter;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;

/// The functions that transformers gives to templates.
public final class TemplateFunctions {
    /// Where the conversation's date stands; no template can spell it.
    static final String DATE = " date";

    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM yyyy", Locale.ENGLISH);

    private TemplateFunctions() {}

    static List<ELFunctionDefinition> all() {
        return List.of(
                new ELFunctionDefinition(
                        "", "raise_exception", TemplateFunctions.class, "raiseException", String.class),
                new ELFunctionDefinition("", "strftime_now", TemplateFunctions.class, "strftimeNow", String.class));
    }

    /// Ends the rendering with what the template says against the conversation.
    public static String raiseException(String message) {
        throw new TemplateFault(0, message);
    }

    /// The conversation's date in a form such as `%d %b %Y`.
    public static String strftimeNow(String form) {
        String date =
                String.valueOf(JinjavaInterpreter.getCurrent().getContext().get(DATE));
        try {
            return StrftimeFormatter.format(
                    LocalDate.parse(date, DAY).atStartOfDay(ZoneOffset.UTC), form, Locale.ENGLISH);
        } catch (DateTimeParseException e) {
            throw new TemplateFault(0, "needs today's date as '26 Jul 2024', got '" + date + "'");
        }
    }
}
