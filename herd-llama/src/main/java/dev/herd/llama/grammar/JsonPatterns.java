package dev.herd.llama.grammar;

import static dev.herd.llama.grammar.Pattern.anyOf;
import static dev.herd.llama.grammar.Pattern.choice;
import static dev.herd.llama.grammar.Pattern.optional;
import static dev.herd.llama.grammar.Pattern.range;
import static dev.herd.llama.grammar.Pattern.repeated;
import static dev.herd.llama.grammar.Pattern.sequence;
import static dev.herd.llama.grammar.Pattern.text;

import dev.herd.llama.grammar.Pattern.Named;
import dev.herd.llama.grammar.Pattern.Repeated;

/// JSON (RFC 8259) as patterns. White space is bounded, so that a model cannot go on with it forever, and
/// escapes of surrogates are left out: a character beyond the first plane is written as it is.
final class JsonPatterns {
    private static final int MOST_INDENT = 20;
    private static final int MOST_DIGITS = 15;

    static final Pattern SPACE =
            choice(Pattern.EMPTY, text(" "), sequence(text("\n"), repeated(anyOf(" \t"), 0, MOST_INDENT)));
    static final Pattern CHARACTER = character();
    static final Pattern STRING = string(0, Repeated.ENDLESS);
    static final Pattern INTEGER = sequence(optional(text("-")), natural());
    static final Pattern NUMBER = sequence(
            INTEGER,
            optional(sequence(text("."), repeated(range('0', '9'), 1, MOST_DIGITS))),
            optional(sequence(anyOf("eE"), optional(anyOf("+-")), repeated(range('0', '9'), 1, 3))));
    static final Pattern BOOLEAN = choice(text("true"), text("false"));
    static final Pattern NULL = text("null");

    private static final Named ANY = new Named();
    static final Pattern ANY_OBJECT =
            list("{", sequence(STRING, SPACE, text(":"), SPACE, ANY), "}", 0, Repeated.ENDLESS);
    static final Pattern ANY_ARRAY = list("[", ANY, "]", 0, Repeated.ENDLESS);
    static final Pattern ANY_VALUE = ANY;

    static {
        ANY.means(choice(ANY_OBJECT, ANY_ARRAY, STRING, NUMBER, BOOLEAN, NULL));
    }

    private JsonPatterns() {}

    /// A string of `least` to `most` characters.
    static Pattern string(int least, int most) {
        return sequence(text("\""), repeated(CHARACTER, least, most), text("\""));
    }

    /// `least` to `most` items with commas between and brackets around.
    static Pattern list(String open, Pattern item, String close, int least, int most) {
        Pattern more = sequence(SPACE, text(","), SPACE, item);
        int moreMost = most == Repeated.ENDLESS ? most : Math.max(0, most - 1);
        Pattern some = sequence(SPACE, item, repeated(more, Math.max(0, least - 1), moreMost));
        Pattern inner = most == 0 ? Pattern.EMPTY : least == 0 ? optional(some) : some;
        return sequence(text(open), inner, SPACE, text(close));
    }

    private static Pattern natural() {
        return choice(text("0"), sequence(range('1', '9'), repeated(range('0', '9'), 0, MOST_DIGITS - 1)));
    }

    private static Pattern character() {
        Pattern follow = range(0x80, 0xBF);
        Pattern hex = anyOf("0123456789abcdefABCDEF");
        Pattern code = choice(
                sequence(anyOf("0123456789abcefABCEF"), hex, hex, hex),
                sequence(anyOf("dD"), range('0', '7'), hex, hex));
        return choice(
                range(0x20, '"' - 1),
                range('"' + 1, '\\' - 1),
                range('\\' + 1, 0x7F),
                sequence(text("\\"), choice(anyOf("\"\\/bfnrt"), sequence(text("u"), code))),
                sequence(range(0xC2, 0xDF), follow),
                sequence(range(0xE0, 0xE0), range(0xA0, 0xBF), follow),
                sequence(range(0xE1, 0xEC), follow, follow),
                sequence(range(0xED, 0xED), range(0x80, 0x9F), follow),
                sequence(range(0xEE, 0xEF), follow, follow),
                sequence(range(0xF0, 0xF0), range(0x90, 0xBF), follow, follow),
                sequence(range(0xF1, 0xF3), follow, follow, follow),
                sequence(range(0xF4, 0xF4), range(0x80, 0x8F), follow, follow));
    }
}
