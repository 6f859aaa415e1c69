package dev.herd.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A tag or an expression of a template, as its words.
///
/// @param line where it begins, from 1
/// @param words the marks at both ends, strings with their quotes, names, numbers, signs, and the spaces between
record Block(int line, List<String> words) {
    private static final Pattern WORD = Pattern.compile(
            "\\s+|[A-Za-z_]\\w*|\\d+(?:\\.\\d+)?|==|!=|<=|>=|//|\\*\\*|\\{%[-+]?|[-+]?%}|\\{\\{[-+]?|[-+]?}}|.",
            Pattern.DOTALL);

    Block {
        words = List.copyOf(words);
    }

    /// Reads the block that begins at `from`.
    static Block read(String source, int from, int line) {
        String close = source.charAt(from + 1) == '{' ? "}}" : "%}";
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(source);
        int depth = 0;
        for (int at = from; at < source.length(); ) {
            char c = source.charAt(at);
            if (c == '\'' || c == '"') {
                int end = string(source, at);
                words.add(source.substring(at, end));
                at = end;
                continue;
            }
            // A mapping ends in the same signs as an expression.
            boolean brace = depth > 0 && c == '}';
            matcher.region(at, source.length());
            String word = brace ? "}" : matcher.lookingAt() ? matcher.group() : String.valueOf(c);
            words.add(word);
            at += word.length();
            if (words.size() > 1 && word.endsWith(close)) {
                break;
            }
            depth += words.size() > 1 && word.equals("{") ? 1 : brace ? -1 : 0;
        }
        if (words.size() < 2 || !words.getLast().endsWith(close)) {
            throw new TemplateFault(line, "what begins with " + words.getFirst() + " has no end " + close);
        }
        return new Block(line, words);
    }

    private static int string(String source, int from) {
        int at = from + 1;
        while (at < source.length() && source.charAt(at) != source.charAt(from)) {
            at += source.charAt(at) == '\\' ? 2 : 1;
        }
        return Math.min(at + 1, source.length());
    }

    /// How the block is written.
    String text() {
        return String.join("", words);
    }

    /// The same without signs at the marks.
    String unsigned() {
        List<String> plain = new ArrayList<>(words);
        plain.set(0, plain.getFirst().substring(0, 2));
        String last = plain.getLast();
        plain.set(plain.size() - 1, last.substring(Math.max(0, last.length() - 2)));
        return String.join("", plain);
    }

    /// The words without spaces, strings emptied.
    List<String> code() {
        return words.stream()
                .filter(word -> !word.isBlank())
                .map(word -> word.startsWith("'") || word.startsWith("\"") ? "''" : word)
                .toList();
    }
}
