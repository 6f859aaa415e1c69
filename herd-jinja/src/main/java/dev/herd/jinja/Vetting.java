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
    private static final Set<String> CLOSING = Set.of("]", ")", "}");
    private static final Set<String> HOLDING = Set.of("for", "if", "macro", "call", "filter", "generation");
    /// Jinjava calls itself for every part of an expression and every block in a block.
    private static final int MOST_WORDS = 1_000;

    private static final int DEEPEST = 50;

    /// **Throws** [TemplateFault].
    void check(List<Block> blocks) {
        int depth = 0;
        for (Block block : blocks) {
            String first = block.code().size() > 1 ? block.code().get(1) : "";
            depth += HOLDING.contains(first) ? 1 : first.startsWith("end") ? -1 : 0;
            if (depth > DEEPEST) {
                throw new TemplateFault(block.line(), "more than " + DEEPEST + " blocks lie in each other");
            }
            check(block);
        }
    }

    private void check(Block block) {
        List<String> code = block.code();
        int line = block.line();
        if (code.size() > MOST_WORDS || depth(code) > DEEPEST) {
            throw new TemplateFault(
                    line, "the block has more than " + MOST_WORDS + " words, or parentheses deeper than " + DEEPEST);
        }
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

    private static int depth(List<String> code) {
        int depth = 0;
        int deepest = 0;
        for (String word : code) {
            depth += OPENING.contains(word) ? 1 : CLOSING.contains(word) ? -1 : 0;
            deepest = Math.max(deepest, depth);
        }
        return deepest;
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
