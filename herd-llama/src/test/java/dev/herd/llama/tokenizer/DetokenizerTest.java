package dev.herd.llama.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DetokenizerTest {
    private final Tokenizer bytes = Tokenizer.of(TinyVocabularies.bytePairs(PreTokenizer.LLAMA3, false));

    @Test
    void aCharacterAppearsOnceItsLastByteIsThere() {
        Detokenizer stream = bytes.detokenizer();
        assertThat(stream.append(0xF0)).isEmpty();
        assertThat(stream.append(0x9F)).isEmpty();
        assertThat(stream.append(0x98)).isEmpty();
        assertThat(stream.waits()).isTrue();
        assertThat(stream.append(0x80)).isEqualTo("\uD83D\uDE00");
        assertThat(stream.finish()).isEmpty();
    }

    @Test
    void bytesThatCannotBecomeACharacterAreReplaced() {
        assertThat(bytes.decode('a', 0xFF, 'b')).isEqualTo("a\uFFFDb");
        assertThat(bytes.decode(0xE4, 0xB8)).as("cut off").isEqualTo("\uFFFD");
        assertThat(bytes.decode(0xE4, 'x')).isEqualTo("\uFFFDx");
        assertThat(bytes.decode(0xC0, 0x80)).as("overlong").isEqualTo("\uFFFD\uFFFD");
        assertThat(bytes.decode(0xED, 0xA0, 0x80)).as("a surrogate").isEqualTo("\uFFFD\uFFFD\uFFFD");
    }

    @Test
    void streamingGivesTheSameTextAsDecodingAtOnceForAnyBytes() {
        // The JDK's decoder is the reference but for surrogates (after 0xED), which it replaces together.
        Random random = new Random(11);
        int[] common = {'a', 0x80, 0xBF, 0xC3, 0xA9, 0xE4, 0xB8, 0xAD, 0xF0, 0x9F, 0x98, 0xF4, 0x90, 0xE0, 0xA0, 0xFF};
        for (int round = 0; round < 20_000; round++) {
            int[] ids = random.ints(1 + random.nextInt(8), 0, common.length)
                    .map(i -> common[i])
                    .toArray();
            byte[] raw = new byte[ids.length];
            StringBuilder streamed = new StringBuilder();
            Detokenizer stream = bytes.detokenizer();
            for (int i = 0; i < ids.length; i++) {
                raw[i] = (byte) ids[i];
                streamed.append(stream.append(ids[i]));
            }
            streamed.append(stream.finish());
            assertThat(streamed.toString()).isEqualTo(new String(raw, StandardCharsets.UTF_8));
        }
    }

    @Test
    void marksAreHiddenAndEndAWaitingCharacter() {
        assertThat(bytes.decode(TinyVocabularies.START, 'a', 0xE4, TinyVocabularies.END))
                .isEqualTo("a\uFFFD");
        assertThat(bytes.decodeWithMarks(TinyVocabularies.START, 'a', TinyVocabularies.END))
                .isEqualTo("<start>a<end>");
    }

    @Test
    void onlyTheBeginningOfASequenceLosesItsSpace() {
        Tokenizer pieces = Tokenizer.of(TinyVocabularies.sentencePiece(true, " a", "a", " "));
        assertThat(pieces.decode(1, 259, 259)).isEqualTo("a a");
        assertThat(pieces.continuation().append(259)).isEqualTo(" a");
    }
}
