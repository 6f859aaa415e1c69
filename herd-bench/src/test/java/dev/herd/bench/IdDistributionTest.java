package dev.herd.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdDistributionTest {
    private static final int DRAWS = 200_000;

    @ParameterizedTest
    @ValueSource(doubles = {0.8, 1.05, 2.0})
    void ranksFollowZipfsLaw(double exponent) {
        int n = 50;
        Zipf zipf = new Zipf(n, exponent);
        int[] counts = new int[n];
        for (int i = 0; i < DRAWS; i++) {
            counts[(int) zipf.rank(7, 1, i)]++;
        }

        double total = 0;
        for (int rank = 0; rank < n; rank++) {
            total += Math.pow(rank + 1, -exponent);
        }
        for (int rank = 0; rank < n; rank++) {
            double expected = DRAWS * Math.pow(rank + 1, -exponent) / total;
            assertThat((double) counts[rank]).as("rank " + rank).isCloseTo(expected, within(5 * Math.sqrt(expected)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void idsStayInsideTheTableAndDependOnSeedAndStreamAlone(IdDistribution distribution) {
        long[] first = ids(distribution, 12_345, 1);
        assertThat(Arrays.stream(first).min().orElseThrow()).isNotNegative();
        assertThat(Arrays.stream(first).max().orElseThrow()).isLessThan(12_345);
        assertThat(ids(distribution, 12_345, 1)).isEqualTo(first);
        assertThat(ids(distribution, 12_345, 2)).isNotEqualTo(first);
    }

    @Test
    void popularRowsAreScatteredOverTheTable() {
        long distinctPages = Arrays.stream(ids(IdDistribution.ZIPF, 1_000_000, 3))
                .map(id -> id / 1000)
                .distinct()
                .count();
        assertThat(distinctPages).isGreaterThan(900);
    }

    private static long[] ids(IdDistribution distribution, long rows, long stream) {
        long[] ids = new long[20_000];
        distribution.fill(ids, rows, 11, stream);
        return ids;
    }
}
