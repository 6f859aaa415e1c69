package dev.herd.llama.chat;

/// Texts as Python sees them, which the published templates were written in.
public final class PythonText {
    private PythonText() {}

    /// Without white space at its beginning.
    public static String strippedLeft(String text) {
        int from = 0;
        while (from < text.length() && blank(text.charAt(from))) {
            from++;
        }
        return text.substring(from);
    }

    /// Without white space at its end.
    public static String strippedRight(String text) {
        int to = text.length();
        while (to > 0 && blank(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(0, to);
    }

    /// Without white space at both ends.
    public static String stripped(String text) {
        return strippedLeft(strippedRight(text));
    }

    private static boolean blank(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
    }
}
