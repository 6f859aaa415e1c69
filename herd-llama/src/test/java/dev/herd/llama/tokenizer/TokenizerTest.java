package dev.herd.llama.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTest {
    private static final int FIRST = 259;

    @Test
    void theBestRankedPairMergesFirstAndTheLeftmostOfEquals() {
        Tokenizer tokenizer = Tokenizer.of(TinyVocabularies.bytePairs(PreTokenizer.LLAMA3, false, "bc", "ab", "aa"));
        assertThat(tokenizer.encode("abc")).containsExactly('a', FIRST);
        assertThat(tokenizer.encode("aaa")).containsExactly(FIRST + 2, 'a');
    }

    @Test
    void aPieceThatIsATokenIsTakenWholeOnlyWhereTheModelSaysSo() {
        // "abcd" cannot be reached by merging, for neither "abc" nor "bcd" nor "cd" is a token.
        String[] texts = {"ab", "abcd"};
        Tokenizer whole = Tokenizer.of(TinyVocabularies.bytePairs(PreTokenizer.LLAMA3, true, texts));
        Tokenizer merged = Tokenizer.of(TinyVocabularies.bytePairs(PreTokenizer.LLAMA3, false, texts));
        assertThat(whole.encode("abcd")).containsExactly(FIRST + 1);
        assertThat(merged.encode("abcd")).containsExactly(FIRST, 'c', 'd');
    }

    @Test
    void namesOfMarksInATextAreTextUnlessAskedFor() {
        Tokenizer tokenizer = Tokenizer.of(TinyVocabularies.bytePairs(PreTokenizer.LLAMA3, true));
        assertThat(tokenizer.encode("<end>")).containsExactly('<', 'e', 'n', 'd', '>');
        assertThat(tokenizer.encodeWithMarks("a<end>b")).containsExactly('a', TinyVocabularies.END, 'b');
        assertThat(tokenizer.encode("a[x]b")).containsExactly('a', 258, 'b');
        assertThat(tokenizer.mark("<end>")).hasValue(TinyVocabularies.END);
        assertThat(tokenizer.mark("<END>")).isEmpty();
    }

    @Test
    void sentencePieceMergesByScoreSpellsTheRestInBytesAndPutsASpaceInFront() {
        Tokenizer tokenizer = Tokenizer.of(TinyVocabularies.sentencePiece(true, "bc", "ab", " a", "a", "b", "c", " "));
        int bc = 259;
        assertThat(tokenizer.encode("abc")).as("bc beats ab").containsExactly(bc + 2, bc);
        assertThat(tokenizer.encode("b\u00E9")).containsExactly(bc + 6, bc + 4, 3 + 0xC3, 3 + 0xA9);
        assertThat(tokenizer.decode(tokenizer.encode("abc \u00E9"))).isEqualTo("abc \u00E9");
        assertThat(tokenizer.encode("")).isEmpty();
    }

    @Test
    void sentencePieceWithoutBytesUsesTheUnknownToken() {
        Tokenizer tokenizer = Tokenizer.of(TinyVocabularies.sentencePiece(false, " ", "a"));
        assertThat(tokenizer.encode("a\u00E9a")).containsExactly(3, 4, 0, 4);
        assertThat(tokenizer.decode(4, 0, 4)).isEqualTo("a \u2047 a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "ab", " ", "\n", "\u00E9", "1", "'"})
    void theWorstTextsCostNoMoreThanHeapsMay(String unit) {
        for (int n : new int[] {1_000, 100_000}) {
            byte[] text = unit.repeat(n).getBytes(StandardCharsets.UTF_8);
            String[] texts = new String[16];
            for (int i = 0; i < texts.length; i++) {
                texts[i] = unit.repeat(i + 2);
            }
            BytePairEncoder encoder = new BytePairEncoder(
                    TinyVocabularies.bytePairs(PreTokenizer.LLAMA3, false, texts),
                    (TokenizerData.Algorithm.BytePairs) TinyVocabularies.bytePairs(PreTokenizer.LLAMA3, false, texts)
                            .algorithm());
            Merger merger = encoder.merger();
            IdList out = new IdList();
            encoder.encodePiece(text, 0, text.length, merger, out);
            double entries = 3.0 * text.length;
            assertThat((double) merger.work()).isLessThan(entries * 2 * (1 + Math.log(entries) / Math.log(2)));
        }
    }

    @Test
    void encodingALongTextMakesTheSameIdsAsItsSlowDefinition() {
        String[] texts = {"ab", "ba", "aba", "abab", "bb", "bba", "aab", "aa"};
        TokenizerData data = TinyVocabularies.bytePairs(PreTokenizer.LLAMA3, false, texts);
        Tokenizer tokenizer = Tokenizer.of(data);
        Random random = new Random(3);
        for (int round = 0; round < 2_000; round++) {
            StringBuilder text = new StringBuilder();
            int length = 1 + random.nextInt(20);
            for (int i = 0; i < length; i++) {
                text.append(random.nextInt(3) == 0 ? 'b' : 'a');
            }
            assertThat(tokenizer.encode(text.toString()))
                    .as(text.toString())
                    .isEqualTo(SlowMerges.encode(data, text.toString()));
        }
    }

    @Test
    void halfASurrogatePairBecomesTheReplacementCharacter() {
        Tokenizer tokenizer = Tokenizer.of(TinyVocabularies.bytePairs(PreTokenizer.LLAMA3, false));
        assertThat(tokenizer.encode("a\uD83Db\uD83D\uDE00"))
                .containsExactly('a', 0xEF, 0xBF, 0xBD, 'b', 0xF0, 0x9F, 0x98, 0x80);
    }

    @Test
    void aVocabularyThatCannotSpellEveryTextIsRefused() {
        TokenizerData data = TinyVocabularies.bytePairs(PreTokenizer.LLAMA3, false);
        data.types()[65] = TokenType.CONTROL;
        assertThatThrownBy(() -> Tokenizer.of(data))
                .hasMessage("the vocabulary has no token for the byte 65; byte-level BPE needs all 256");
    }
}
