package dev.herd.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Writes the parentheses that Jinja implies and Jinjava does not: `not` takes a whole comparison, and an
/// argument with a name a whole expression. The parameters of a macro are no arguments.
final class Precedence {
    private static final Set<String> AFTER_NOT = Set.of("and", "or", "if", "else", ",", ":");
    private static final Set<String> AFTER_NAMED = Set.of(",");
    private static final Set<String> OPENING = Set.of("(", "[", "{");
    private static final Set<String> CLOSING = Set.of(")", "]", "}");

    private final List<String> words;
    private final List<String> written = new ArrayList<>();
    private int at;

    private Precedence(List<String> words) {
        this.words = words;
    }

    static Block written(Block block) {
        if (block.code().size() > 1 && block.code().get(1).equals("macro")) {
            return block;
        }
        Precedence precedence = new Precedence(block.words());
        while (precedence.at < precedence.words.size()) {
            precedence.take(0);
        }
        return new Block(block.line(), precedence.written);
    }

    /// @param depth of parentheses
    private void take(int depth) {
        String word = words.get(at++);
        written.add(word);
        if (OPENING.contains(word)) {
            while (at < words.size() && !CLOSING.contains(words.get(at))) {
                take(depth + 1);
            }
            if (at < words.size()) {
                written.add(words.get(at++));
            }
        } else if (word.equals("not") && !next(0).equals("in") && !before().equals("is")) {
            group(depth, AFTER_NOT);
        } else if (word.equals("=") && depth > 0) {
            group(depth, AFTER_NAMED);
        }
    }

    private void group(int depth, Set<String> after) {
        written.add("(");
        while (at < words.size() && !ends(words.get(at), after)) {
            take(depth);
        }
        written.add(")");
    }

    private static boolean ends(String word, Set<String> after) {
        return after.contains(word) || CLOSING.contains(word) || word.endsWith("%}") || word.endsWith("}}");
    }

    /// The word `skip` words on that is no space.
    private String next(int skip) {
        int left = skip;
        for (int i = at; i < words.size(); i++) {
            if (!words.get(i).isBlank() && left-- == 0) {
                return words.get(i);
            }
        }
        return "";
    }

    /// The word before the one taken last.
    private String before() {
        for (int i = written.size() - 2; i >= 0; i--) {
            if (!written.get(i).isBlank()) {
                return written.get(i);
            }
        }
        return "";
    }
}
