package dev.herd.llama.grammar;

/// A place in the text of rules.
final class RuleCursor {
    private final String text;
    private int at;

    RuleCursor(String text) {
        this.text = text.replace("\r\n", "\n").replace('\r', '\n');
    }

    int place() {
        return at;
    }

    boolean atEnd() {
        return at == text.length();
    }

    boolean sees(char character) {
        return at < text.length() && text.charAt(at) == character;
    }

    /// Whether a character comes after the next one.
    boolean seesNext(char character) {
        return at + 1 < text.length() && text.charAt(at + 1) == character;
    }

    boolean take(char character) {
        boolean taken = sees(character);
        at += taken ? 1 : 0;
        return taken;
    }

    void expect(String what) {
        if (!text.startsWith(what, at)) {
            throw fault("expected " + what + ", found " + found());
        }
        at += what.length();
    }

    /// Passes over blanks and a comment.
    void skipSpace() {
        while (sees(' ') || sees('\t')) {
            at++;
        }
        if (sees('#')) {
            int end = text.indexOf('\n', at);
            at = end < 0 ? text.length() : end;
        }
    }

    void skipLines() {
        skipSpace();
        while (take('\n')) {
            skipSpace();
        }
    }

    void endLine() {
        skipSpace();
        if (!atEnd() && !sees('\n')) {
            throw fault("expected the end of the rule, found " + found());
        }
    }

    String name() {
        int start = at;
        while (at < text.length() && isOfName(text.charAt(at))) {
            at++;
        }
        if (at == start) {
            throw fault("expected the name of a rule, of letters, digits, - and _, found " + found());
        }
        return text.substring(start, at);
    }

    private static boolean isOfName(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_';
    }

    int number(int most) {
        int start = at;
        long number = 0;
        while (at < text.length() && Character.digit(text.charAt(at), 10) >= 0 && number <= most) {
            number = 10 * number + Character.digit(text.charAt(at++), 10);
        }
        if (at == start || number > most) {
            throw fault(start, "expected a number up to " + most);
        }
        return (int) number;
    }

    /// A character of a text or set, written as it is or escaped.
    ///
    /// @param end what would close it
    int character(char end) {
        if (atEnd() || sees('\n')) {
            throw fault("expected " + end + " before the line ends");
        }
        if (!take('\\')) {
            int character = text.codePointAt(at);
            at += Character.charCount(character);
            return character;
        }
        if (atEnd()) {
            throw fault("an escape ends the text");
        }
        char escape = text.charAt(at++);
        return switch (escape) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'x' -> hexadecimal(2);
            case 'u' -> hexadecimal(4);
            case 'U' -> hexadecimal(8);
            case '\\', '"', '[', ']', '-', '^' -> escape;
            default -> throw fault(at - 2, "'\\" + escape + "' is no escape; write \\\\ for a backslash");
        };
    }

    private int hexadecimal(int digits) {
        int start = at;
        long value = 0;
        for (int i = 0; i < digits; i++) {
            int digit = atEnd() ? -1 : Character.digit(text.charAt(at), 16);
            if (digit < 0) {
                throw fault(start, "expected " + digits + " hexadecimal digits");
            }
            value = value << 4 | digit;
            at++;
        }
        if (value > Character.MAX_CODE_POINT) {
            throw fault(start, "there is no character beyond U+10FFFF");
        }
        return (int) value;
    }

    private String found() {
        return atEnd()
                ? "the end"
                : sees('\n') ? "the end of the line" : "'" + Character.toString(text.codePointAt(at)) + "'";
    }

    IllegalArgumentException fault(String what) {
        return fault(at, what);
    }

    /// A fault, with its line and column, counted from 1.
    IllegalArgumentException fault(int place, String what) {
        int line = 1
                + (int) text.substring(0, place).chars().filter(c -> c == '\n').count();
        int column = place - text.lastIndexOf('\n', place - 1);
        return new IllegalArgumentException(line + ":" + column + ": " + what);
    }
}
