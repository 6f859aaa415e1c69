package dev.herd.bench;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The Java types that a Markdown document names.
///
/// Inside an inline code span every identifier counts that starts with a capital and holds a small letter: `Tape`,
/// `Tape.backward` and `Batch(Features, labels)` name `Tape`, `Batch` and `Features`. Inside a fenced block, where
/// prose
/// stands between names, only those of two humps or more count: `KeyedJaggedTensor`.
final class TypeNames {
    private static final Pattern FENCE = Pattern.compile("(?ms)^```.*?^```");
    private static final Pattern SPAN = Pattern.compile("`([^`\n]+)`");
    private static final Pattern CAPITALIZED = Pattern.compile("(?<![\\w/-])[A-Z]\\w*[a-z]\\w*(?![\\w/-])");
    private static final Pattern HUMPS = Pattern.compile("(?<![\\w/-])(?:[A-Z][a-z0-9]+){2,}(?![\\w/-])");

    private TypeNames() {}

    static Set<String> of(String markdown) {
        Set<String> names = new TreeSet<>();
        Matcher fence = FENCE.matcher(markdown);
        while (fence.find()) {
            collect(HUMPS, fence.group(), names);
        }
        Matcher span = SPAN.matcher(FENCE.matcher(markdown).replaceAll(""));
        while (span.find()) {
            collect(CAPITALIZED, span.group(1), names);
        }
        return names;
    }

    private static void collect(Pattern pattern, String text, Set<String> names) {
        pattern.matcher(text).results().forEach(found -> names.add(found.group()));
    }
}
