package dev.herd.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.herd.numerics.CounterRandom;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RadixSortTest {
    @ParameterizedTest
    @CsvSource({"0,10", "1,10", "5,1", "17,4294967296", "1000,3", "4096,2000000", "30000,2000000", "30000,4294967296"})
    void rowsAscendAndUsesOfARowKeepTheirOrder(int count, long rows) {
        long[] entries = new long[count + 9];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = CounterRandom.below(1, 2, i, rows) << 32 | i;
        }
        long[] expected = Arrays.copyOfRange(entries, 4, 4 + count);
        // Sources ascend, so sorting whole entries keeps the order of the uses of a row.
        for (int i = 0; i < count; i++) {
            expected[i] ^= Long.MIN_VALUE;
        }
        Arrays.sort(expected);
        for (int i = 0; i < count; i++) {
            expected[i] ^= Long.MIN_VALUE;
        }
        long[] sorted = RadixSort.byUpperHalf(entries, new long[entries.length], 4, 4 + count);
        assertThat(Arrays.copyOfRange(sorted, 4, 4 + count)).isEqualTo(expected);
    }
}
