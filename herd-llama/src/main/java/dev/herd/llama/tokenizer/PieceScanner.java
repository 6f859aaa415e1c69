package dev.herd.llama.tokenizer;

/// Cuts text as a [PreTokenizer] says, without backtracking: every rule of the expressions can be decided
/// by looking at the run of characters in front. Letters and numbers are the Unicode categories L and N of
/// the running JDK, white space is the property White_Space.
final class PieceScanner {
    private static final int END = -1;
    private static final int LONG_S = 0x17F;

    private final PreTokenizer rules;
    private final String text;

    PieceScanner(PreTokenizer rules, String text) {
        this.rules = rules;
        this.text = text;
    }

    /// Where the piece that starts at `start` ends; `start` must lie before the end of the text.
    int end(int start) {
        return switch (rules) {
            case LLAMA3 -> modern(start, 3);
            case QWEN2 -> modern(start, 1);
            case GPT2 -> classic(start);
        };
    }

    private int modern(int start, int digits) {
        int first = at(start);
        int next = start + Character.charCount(first);
        int contraction = contraction(start, true);
        if (contraction > start) {
            return contraction;
        }
        if (letter(first)) {
            return letters(next);
        }
        if (number(first)) {
            return numbers(next, digits - 1);
        }
        if (!newline(first) && letter(at(next))) {
            return letters(next);
        }
        int marks = marks(start, first, next);
        if (marks > start) {
            return newlines(marks);
        }
        int run = spaces(start);
        int line = run;
        while (line > start && !newline(text.charAt(line - 1))) {
            line--;
        }
        return line > start ? line : allButLastSpace(start, run);
    }

    private int classic(int start) {
        int contraction = contraction(start, false);
        if (contraction > start) {
            return contraction;
        }
        int first = at(start);
        int next = start + Character.charCount(first);
        boolean led = first == ' ' && at(next) != END;
        int body = led ? at(next) : first;
        int afterBody = led ? next + Character.charCount(body) : next;
        if (letter(body)) {
            return letters(afterBody);
        }
        if (number(body)) {
            return numbers(afterBody, Integer.MAX_VALUE);
        }
        int marks = marks(start, first, next);
        return marks > start ? marks : allButLastSpace(start, spaces(start));
    }

    /// ` ?[^\s\p{L}\p{N}]+`, or `start` when there is none.
    private int marks(int start, int first, int next) {
        if (mark(first)) {
            return marksFrom(next);
        }
        return first == ' ' && mark(at(next)) ? marksFrom(next) : start;
    }

    /// `\s+(?!\S)|\s+` over the run of white space from `start` to `run`: its last character goes with
    /// what follows.
    private int allButLastSpace(int start, int run) {
        return run == text.length() || run - start == 1 ? run : run - 1;
    }

    private int contraction(int start, boolean anyCase) {
        if (text.charAt(start) != '\'') {
            return start;
        }
        int one = fold(start + 1, anyCase);
        if (one == 's' || one == 't' || one == 'm' || one == 'd') {
            return start + 2;
        }
        int two = fold(start + 2, anyCase);
        boolean pair = ((one == 'r' || one == 'v') && two == 'e') || (one == 'l' && two == 'l');
        return pair ? start + 3 : start;
    }

    /// The character in lower case; a long s folds to s, the only letter beyond ASCII that folds to one of
    /// ours.
    private int fold(int index, boolean anyCase) {
        int found = at(index);
        if (!anyCase) {
            return found;
        }
        return found == LONG_S ? 's' : found >= 'A' && found <= 'Z' ? found + ('a' - 'A') : found;
    }

    private int letters(int from) {
        int at = from;
        for (int c = at(at); letter(c); c = at(at)) {
            at += Character.charCount(c);
        }
        return at;
    }

    private int numbers(int from, int most) {
        int at = from;
        int left = most;
        for (int c = at(at); left > 0 && number(c); c = at(at)) {
            at += Character.charCount(c);
            left--;
        }
        return at;
    }

    private int marksFrom(int from) {
        int at = from;
        for (int c = at(at); mark(c); c = at(at)) {
            at += Character.charCount(c);
        }
        return at;
    }

    private int newlines(int from) {
        int at = from;
        while (newline(at(at))) {
            at++;
        }
        return at;
    }

    private int spaces(int from) {
        int at = from;
        while (space(at(at))) {
            at++;
        }
        return at;
    }

    private int at(int index) {
        return index < text.length() ? text.codePointAt(index) : END;
    }

    private static boolean newline(int c) {
        return c == '\n' || c == '\r';
    }

    private static boolean mark(int c) {
        return c != END && !letter(c) && !number(c) && !space(c);
    }

    private static boolean letter(int c) {
        return c != END && Character.isLetter(c);
    }

    private static boolean number(int c) {
        if (c < 0x80) {
            return c >= '0' && c <= '9';
        }
        return switch (Character.getType(c)) {
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> true;
            default -> false;
        };
    }

    /// The Unicode property White_Space, which neither `Character.isWhitespace` nor `isSpaceChar` is. All
    /// of it lies in the basic plane.
    private static boolean space(int c) {
        return (c >= 0x09 && c <= 0x0D)
                || c == 0x20
                || c == 0x85
                || c == 0xA0
                || c == 0x1680
                || (c >= 0x2000 && c <= 0x200A)
                || c == 0x2028
                || c == 0x2029
                || c == 0x202F
                || c == 0x205F
                || c == 0x3000;
    }
}
