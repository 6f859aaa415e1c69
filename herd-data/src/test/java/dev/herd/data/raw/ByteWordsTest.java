package dev.herd.data.raw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ByteWordsTest {
    private static boolean isHexadecimal(byte b) {
        return b >= 0 && "0123456789abcdefABCDEF".indexOf(b) >= 0;
    }

    @Test
    void everyByteInEveryPlaceIsJudgedAsItIsAlone() {
        for (int place = 0; place < 8; place++) {
            for (int value = Byte.MIN_VALUE; value <= Byte.MAX_VALUE; value++) {
                byte[] bytes = "0f9aA3F7".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
                bytes[place] = (byte) value;
                long word = ByteWords.at(bytes, 0);
                assertThat(ByteWords.isHexadecimal(word))
                        .as("%d at %d", value, place)
                        .isEqualTo(isHexadecimal((byte) value));
                assertThat(ByteWords.isAscii(word)).isEqualTo(value >= 0);
                Arrays.fill(bytes, (byte) '9');
                bytes[place] = (byte) value;
                boolean digit = value >= '0' && value <= '9';
                assertThat(ByteWords.leadingDigits(ByteWords.at(bytes, 0)))
                        .as("%d at %d", value, place)
                        .isEqualTo(digit ? 8 : place);
            }
        }
    }

    @Test
    void bytesAreCountedWhateverTheirNeighborsAndTheEnds() {
        SplittableRandom random = new SplittableRandom(2);
        byte[] bytes = new byte[200];
        for (int round = 0; round < 500; round++) {
            for (int i = 0; i < bytes.length; i++) {
                // The neighbors of a line end in value are the ones that a borrowed or carried bit would spoil.
                bytes[i] = (byte) ("\n\n\t\u000B".charAt(random.nextInt(4)) | random.nextInt(2) << 7);
            }
            int from = random.nextInt(20);
            int to = from + random.nextInt(180);
            int expected = 0;
            for (int i = from; i < to; i++) {
                expected += bytes[i] == '\n' ? 1 : 0;
            }
            assertThat(ByteWords.count(bytes, from, to, (byte) '\n')).isEqualTo(expected);
        }
    }
}
