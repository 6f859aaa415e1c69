package dev.herd.llama.grammar;

import dev.herd.llama.grammar.Pattern.Choice;
import dev.herd.llama.grammar.Pattern.Named;
import dev.herd.llama.grammar.Pattern.OneOf;
import dev.herd.llama.grammar.Pattern.Repeated;
import dev.herd.llama.grammar.Pattern.Sequence;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Rules that begin with themselves, such as `sum ::= sum "+" term`: a text that is read from its beginning
/// could never get past them.
final class LeftRecursion {
    private final Map<Named, String> names = new LinkedHashMap<>();
    private final Set<Named> empty = new HashSet<>();
    private final Set<Named> sound = new HashSet<>();
    private final Set<Named> open = new HashSet<>();

    private LeftRecursion(Map<String, Named> rules) {
        rules.forEach((name, rule) -> names.put(rule, name));
        boolean found = true;
        while (found) {
            found = false;
            for (Named rule : names.keySet()) {
                found |= canBeEmpty(rule.meaning()) && empty.add(rule);
            }
        }
    }

    /// The name of a rule that begins with itself, if there is one.
    static Optional<String> in(Map<String, Named> rules) {
        LeftRecursion search = new LeftRecursion(rules);
        return search.names.keySet().stream()
                .map(search::recurring)
                .flatMap(Optional::stream)
                .map(search.names::get)
                .findFirst();
    }

    private boolean canBeEmpty(Pattern pattern) {
        return switch (pattern) {
            case OneOf _ -> false;
            case Named named -> empty.contains(named);
            case Choice choice -> choice.choices().stream().anyMatch(this::canBeEmpty);
            case Sequence sequence -> sequence.parts().stream().allMatch(this::canBeEmpty);
            case Repeated repeated -> repeated.least() == 0 || canBeEmpty(repeated.what());
        };
    }

    /// A rule that is being looked into and comes first in the pattern again.
    private Optional<Named> recurring(Pattern pattern) {
        return switch (pattern) {
            case OneOf _ -> Optional.empty();
            case Choice choice -> first(choice.choices());
            case Repeated repeated -> repeated.most() > 0 ? recurring(repeated.what()) : Optional.empty();
            case Sequence sequence -> first(beginning(sequence.parts()));
            case Named named -> {
                if (sound.contains(named)) {
                    yield Optional.empty();
                }
                if (!open.add(named)) {
                    yield Optional.of(named);
                }
                Optional<Named> found = recurring(named.meaning());
                open.remove(named);
                if (found.isEmpty()) {
                    sound.add(named);
                }
                yield found;
            }
        };
    }

    private Optional<Named> first(List<Pattern> patterns) {
        for (Pattern pattern : patterns) {
            Optional<Named> found = recurring(pattern);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /// The parts that a text of all of them can begin with.
    private List<Pattern> beginning(List<Pattern> parts) {
        int end = 0;
        while (end < parts.size() && canBeEmpty(parts.get(end))) {
            end++;
        }
        return parts.subList(0, Math.min(parts.size(), end + 1));
    }
}
