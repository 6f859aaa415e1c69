package dev.herd.llama.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PieceScannerTest {
    private static final String SPACE =
            "\\t-\\r \\x{85}\\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}";
    private static final String S = "[" + SPACE + "]";
    private static final String MODERN = "(?iu:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,%d}| ?[^"
            + SPACE + "\\p{L}\\p{N}]+[\\r\\n]*|" + S + "*[\\r\\n]+|" + S + "+(?![^" + SPACE + "])|" + S + "+";
    private static final String CLASSIC = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^" + SPACE + "\\p{L}\\p{N}]+|"
            + S + "+(?![^" + SPACE + "])|" + S + "+";

    /// Characters that the rules tell apart, and some they must not.
    private static final List<String> ALPHABET = List.of(
            "a",
            "Z",
            "s",
            "S",
            "\u017F",
            "\u212A",
            "t",
            "r",
            "e",
            "E",
            "v",
            "m",
            "l",
            "L",
            "d",
            "'",
            "'",
            "'",
            " ",
            " ",
            " ",
            "\n",
            "\n",
            "\r",
            "\t",
            "\u000B",
            "\u0085",
            "\u00A0",
            "\u3000",
            "\u200B",
            "\u001C",
            "\uFEFF",
            "1",
            "2",
            "3",
            "\u0663",
            "\u00BD",
            "\u2163",
            "\uD835\uDFD8",
            ".",
            "!",
            "-",
            "\u0301",
            "\u0E01",
            "\u4E2D",
            "\uD83D\uDE00",
            "\uD801\uDC00",
            "\u01C5",
            "\u02B0",
            "\u180E");

    @ParameterizedTest
    @EnumSource(PreTokenizer.class)
    void randomTextsAreCutAsTheRegularExpressionCutsThem(PreTokenizer rules) {
        Pattern expression = Pattern.compile(
                switch (rules) {
                    case LLAMA3 -> MODERN.formatted(3);
                    case QWEN2 -> MODERN.formatted(1);
                    case GPT2 -> CLASSIC;
                });
        Random random = new Random(7);
        for (int round = 0; round < 5_000; round++) {
            StringBuilder text = new StringBuilder();
            int length = 1 + random.nextInt(14);
            for (int i = 0; i < length; i++) {
                text.append(ALPHABET.get(random.nextInt(ALPHABET.size())));
            }
            assertThat(scanned(rules, text.toString())).isEqualTo(matched(expression, text.toString()));
        }
    }

    @ParameterizedTest
    @EnumSource(PreTokenizer.class)
    void everyAssignedCharacterBetweenTwoOthersIsCutAsTheRegularExpressionCutsIt(PreTokenizer rules) {
        Pattern expression = Pattern.compile(
                switch (rules) {
                    case LLAMA3 -> MODERN.formatted(3);
                    case QWEN2 -> MODERN.formatted(1);
                    case GPT2 -> CLASSIC;
                });
        IntStream.rangeClosed(1, Character.MAX_CODE_POINT)
                .filter(c -> Character.isDefined(c)
                        && Character.getType(c) != Character.SURROGATE
                        && Character.getType(c) != Character.PRIVATE_USE)
                .forEach(c -> {
                    String text = "!" + Character.toString(c) + "1" + Character.toString(c) + "a";
                    if (!scanned(rules, text).equals(matched(expression, text))) {
                        throw new AssertionError("U+%04X: %s, expected %s"
                                .formatted(c, scanned(rules, text), matched(expression, text)));
                    }
                });
    }

    private static List<String> scanned(PreTokenizer rules, String text) {
        PieceScanner scanner = new PieceScanner(rules, text);
        List<String> pieces = new ArrayList<>();
        for (int start = 0; start < text.length(); ) {
            int end = scanner.end(start);
            pieces.add(text.substring(start, end));
            start = end;
        }
        return pieces;
    }

    private static List<String> matched(Pattern expression, String text) {
        Matcher matcher = expression.matcher(text);
        List<String> pieces = new ArrayList<>();
        while (matcher.find()) {
            pieces.add(matcher.group());
        }
        return pieces;
    }
}
