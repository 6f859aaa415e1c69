package dev.herd.llama.weights;

/// Texts of a file as they may stand in a message: short, on one line, without what a terminal would obey.
final class Excerpt {
    private static final int LONGEST = 80;

    private Excerpt() {}

    static String of(String text) {
        StringBuilder clean = new StringBuilder();
        text.codePoints()
                .limit(LONGEST)
                .forEach(c -> clean.appendCodePoint(
                        Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c));
        return text.codePointCount(0, text.length()) > LONGEST ? clean + "..." : clean.toString();
    }
}
