package dev.herd.llama.grammar;

import dev.herd.llama.grammar.Pattern.Named;
import dev.herd.llama.grammar.Pattern.Repeated;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Rules written down in GBNF, the notation of llama.cpp, as a pattern: that of the rule `root`.
///
/// ```
/// root  ::= item ("," item)*
/// item  ::= [a-z]+ "=" ("yes" | "no") # names and answers
/// ```
///
/// Texts stand in quotes, sets of characters in brackets (`[^...]` for all others, `.` for any); `*`, `+`,
/// `?` and `{2}`, `{2,}`, `{2,5}` repeat what is before them; `|` stands between choices. Escapes are `\n`,
/// `\r`, `\t`, `\\`, `\"`, `\[`, `\]`, `\-`, `\^` and `\x41`, `\u0041`, `\U00000041`. A rule ends with its
/// line, unless a parenthesis is open or a choice is still to come.
final class RuleText {
    private static final int MOST_RULES = 1_000;
    private static final int MOST_PARTS = 50_000;
    private static final int MOST_DEPTH = 200;
    private static final int MOST_REPEATS = 10_000;

    private final RuleCursor cursor;
    private final Map<String, Named> rules = new LinkedHashMap<>();
    /// Rules that were defined or used.
    private final Map<String, Named> named = new HashMap<>();
    private final Map<String, Integer> definedAt = new HashMap<>();
    private final Map<String, Integer> firstUse = new LinkedHashMap<>();
    private int parts;

    private RuleText(String text) {
        cursor = new RuleCursor(text);
    }

    /// **Throws** `IllegalArgumentException` beginning with the line and column of what cannot be taken.
    static Pattern pattern(String text) {
        return new RuleText(text).root();
    }

    private Pattern root() {
        cursor.skipLines();
        while (!cursor.atEnd()) {
            rule();
            cursor.skipLines();
        }
        Named root = rules.get("root");
        if (root == null) {
            throw cursor.fault(
                    0,
                    "there is no rule 'root', which says what a whole text is; there are "
                            + List.copyOf(rules.keySet()));
        }
        firstUse.forEach((name, at) -> {
            if (!rules.containsKey(name)) {
                throw cursor.fault(
                        at,
                        "the rule '" + name + "' is used and not defined; there are " + List.copyOf(rules.keySet()));
            }
        });
        LeftRecursion.in(rules).ifPresent(name -> {
            throw cursor.fault(
                    definedAt.getOrDefault(name, 0),
                    "the rule '" + name + "' begins with itself; let what comes first stand first, as in sum ::= term"
                            + " (\"+\" term)*");
        });
        return root;
    }

    private void rule() {
        int at = cursor.place();
        String name = cursor.name();
        cursor.skipSpace();
        cursor.expect("::=");
        Pattern meaning = choices(0, false);
        cursor.endLine();
        Named rule = named.computeIfAbsent(name, _ -> new Named());
        if (rules.putIfAbsent(name, rule) != null) {
            throw cursor.fault(at, "the rule '" + name + "' is defined twice; join both with |");
        }
        definedAt.put(name, at);
        rule.means(meaning);
        if (rules.size() > MOST_RULES) {
            throw cursor.fault(at, "there are more than " + MOST_RULES + " rules");
        }
    }

    private Pattern choices(int depth, boolean inParentheses) {
        if (depth > MOST_DEPTH) {
            throw cursor.fault("parentheses are nested more than " + MOST_DEPTH + " deep");
        }
        List<Pattern> choices = new ArrayList<>();
        do {
            cursor.skipLines();
            choices.add(sequence(depth, inParentheses));
        } while (cursor.take('|'));
        return choices.size() == 1 ? choices.getFirst() : new Pattern.Choice(choices);
    }

    private Pattern sequence(int depth, boolean inParentheses) {
        List<Pattern> items = new ArrayList<>();
        while (true) {
            if (inParentheses) {
                cursor.skipLines();
            } else {
                cursor.skipSpace();
            }
            if (cursor.atEnd() || cursor.sees('\n') || cursor.sees('|') || cursor.sees(')')) {
                return items.size() == 1 ? items.getFirst() : new Pattern.Sequence(items);
            }
            items.add(repeated(item(depth)));
        }
    }

    private Pattern item(int depth) {
        if (++parts > MOST_PARTS) {
            throw cursor.fault("the rules have more than " + MOST_PARTS + " parts");
        }
        int at = cursor.place();
        if (cursor.take('"')) {
            StringBuilder text = new StringBuilder();
            while (!cursor.take('"')) {
                text.appendCodePoint(cursor.character('"'));
            }
            return Pattern.text(text.toString());
        }
        if (cursor.take('[')) {
            return set();
        }
        if (cursor.take('.')) {
            return CodePoints.noneOf(new BitSet());
        }
        if (cursor.take('(')) {
            Pattern inner = choices(depth + 1, true);
            if (!cursor.take(')')) {
                throw cursor.fault(at, "this parenthesis is not closed");
            }
            return inner;
        }
        String name = cursor.name();
        firstUse.putIfAbsent(name, at);
        return named.computeIfAbsent(name, _ -> new Named());
    }

    private Pattern set() {
        int at = cursor.place();
        boolean others = cursor.take('^');
        BitSet characters = new BitSet();
        while (!cursor.take(']')) {
            int first = cursor.character(']');
            int last = first;
            if (cursor.sees('-') && !cursor.seesNext(']')) {
                cursor.take('-');
                last = cursor.character(']');
            }
            if (last < first) {
                throw cursor.fault(
                        at,
                        "the range from '" + Character.toString(first) + "' to '" + Character.toString(last)
                                + "' is empty; name the smaller one first");
            }
            characters.set(first, last + 1);
        }
        if (characters.isEmpty() && !others) {
            throw cursor.fault(at, "no character is in this set");
        }
        return others ? CodePoints.noneOf(characters) : CodePoints.oneOf(characters);
    }

    private Pattern repeated(Pattern what) {
        Pattern repeated = what;
        while (true) {
            if (cursor.take('*')) {
                repeated = Pattern.repeated(repeated, 0, Repeated.ENDLESS);
            } else if (cursor.take('+')) {
                repeated = Pattern.repeated(repeated, 1, Repeated.ENDLESS);
            } else if (cursor.take('?')) {
                repeated = Pattern.optional(repeated);
            } else if (cursor.take('{')) {
                repeated = counted(repeated);
            } else {
                return repeated;
            }
        }
    }

    private Pattern counted(Pattern what) {
        int at = cursor.place();
        int least = cursor.sees(',') ? 0 : cursor.number(MOST_REPEATS);
        int most = least;
        if (cursor.take(',')) {
            most = cursor.sees('}') ? Repeated.ENDLESS : cursor.number(MOST_REPEATS);
        }
        cursor.expect("}");
        if (most < least) {
            throw cursor.fault(at, "at least " + least + " and at most " + most + " repetitions: there are none");
        }
        return Pattern.repeated(what, least, most);
    }
}
