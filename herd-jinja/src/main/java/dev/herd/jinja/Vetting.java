package dev.herd.jinja;

import com.hubspot.jinjava.interpret.Context;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// Refuses what Jinjava would pass over in silence, and what reads more than a conversation.
///
/// @param context that knows filters and tests
record Vetting(Context context) {
    private static final Set<String> READING = Set.of("include", "import", "from", "extends");
    private static final Set<String> REFUSED_FILTERS = Set.of("render", "attr", "pprint");
    private static final Set<String> OPENING = Set.of("[", "(", "{");

    /// **Throws** [TemplateFault].
    void check(Block block) {
        List<String> code = block.code();
        int line = block.line();
        String first = code.size() > 1 ? code.get(1) : "";
        if (code.getFirst().startsWith("{%") && READING.contains(first)) {
            throw new TemplateFault(line, first + " reads other templates, of which there are none");
        }
        if (first.equals("raw")) {
            throw new TemplateFault(line, "raw is not known here; write the text as {{ '...' }}");
        }
        if (first.equals("for") && code.contains("if") && !code.contains("else")) {
            throw new TemplateFault(line, "a loop with a condition is not known here; put an if inside");
        }
        for (int i = 1; i + 1 < code.size(); i++) {
            String next = code.get(i + 1);
            switch (code.get(i)) {
                case "|" -> require(next, line, "filter", this::filter);
                case "is" -> require(next.equals("not") ? code.get(i + 2) : next, line, "test", this::test);
                case ":" -> {
                    if (steps(code, i)) {
                        throw new TemplateFault(line, "slices with a step, such as [::-1], are not known here");
                    }
                }
                default -> {}
            }
        }
    }

    private boolean filter(String name) {
        return !REFUSED_FILTERS.contains(name) && context.getFilter(name) != null;
    }

    private boolean test(String name) {
        return context.getExpTest(name) != null;
    }

    /// Whether a second colon stands in the brackets of the one at `colon`.
    private static boolean steps(List<String> code, int colon) {
        int opening = colon;
        while (opening > 0 && !OPENING.contains(code.get(opening))) {
            opening--;
        }
        int closing = colon + 1;
        while (closing < code.size()
                && !code.get(closing).equals("]")
                && !code.get(closing).equals(":")) {
            closing++;
        }
        return code.get(opening).equals("[")
                && closing < code.size()
                && code.get(closing).equals(":");
    }

    private static void require(String name, int line, String what, Predicate<String> known) {
        if (!known.test(name)) {
            throw new TemplateFault(line, "the " + what + " " + name + " is not known here");
        }
    }
}
