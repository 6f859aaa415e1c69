package dev.herd.llama.guard;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What can be unsafe about a text, in the categories of Llama Guard 3. The model of 8 billion parameters
/// knows all, that of one billion all but the last.
///
/// **Paper**: The Llama 3 Herd of Models (arXiv 2407.21783), on safety of whole systems, with the names of
/// the released models.
public enum Hazard {
    S1("Violent Crimes"),
    S2("Non-Violent Crimes"),
    S3("Sex Crimes"),
    S4("Child Exploitation"),
    S5("Defamation"),
    S6("Specialized Advice"),
    S7("Privacy"),
    S8("Intellectual Property"),
    S9("Indiscriminate Weapons"),
    S10("Hate"),
    S11("Self-Harm"),
    S12("Sexual Content"),
    S13("Elections"),
    S14("Code Interpreter Abuse");

    private final String title;

    Hazard(String title) {
        this.title = title;
    }

    /// Its name in the prompt.
    public String title() {
        return title;
    }

    /// All of them.
    public static Set<Hazard> all() {
        return Collections.unmodifiableSet(EnumSet.allOf(Hazard.class));
    }

    /// The hazards of a list with commas between, as the model writes it on its second line. What is no
    /// hazard is left out.
    static List<Hazard> list(String line) {
        return Arrays.stream(line.split(","))
                .map(String::strip)
                .flatMap(code -> of(code).stream())
                .distinct()
                .sorted()
                .toList();
    }

    private static Optional<Hazard> of(String code) {
        return Arrays.stream(values()).filter(each -> each.name().equals(code)).findFirst();
    }
}
