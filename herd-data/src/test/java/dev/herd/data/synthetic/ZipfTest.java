package dev.herd.data.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.herd.numerics.CounterRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZipfTest {
    @ParameterizedTest
    @CsvSource({"1,1.05", "2,1", "10,0", "10,0.5", "100,1", "100,1.05", "1000,1.5", "1000,1.0000000001", "50,3"})
    void drawsEveryRankInProportionToItsPower(int n, double exponent) {
        Zipf zipf = Zipf.of(n, exponent);
        int draws = 400_000;
        int[] counts = new int[n];
        for (int i = 0; i < draws; i++) {
            counts[(int) zipf.rank(CounterRandom.bits(7, n, i))]++;
        }
        double total = 0;
        for (int rank = 0; rank < n; rank++) {
            total += Math.pow(rank + 1, -exponent);
        }
        double chiSquare = 0;
        for (int rank = 0; rank < n; rank++) {
            double expected = draws * Math.pow(rank + 1, -exponent) / total;
            chiSquare += (counts[rank] - expected) * (counts[rank] - expected) / expected;
        }
        // mean n - 1, variance 2(n - 1); rare ranks add to the variance
        assertThat(chiSquare).isLessThan(n - 1 + 5 * Math.sqrt(2.0 * n) + 10);
    }

    @Test
    void reachesFarRanksOfLargeTables() {
        Zipf zipf = Zipf.of(1L << 31, 1.05);
        double total = 0;
        int draws = 200_000;
        int head = 0;
        long largest = 0;
        for (int i = 0; i < draws; i++) {
            long rank = zipf.rank(CounterRandom.bits(3, 1, i));
            head += rank == 0 ? 1 : 0;
            largest = Math.max(largest, rank);
        }
        for (int rank = 1; rank <= 10_000_000; rank++) {
            total += Math.pow(rank, -1.05);
        }
        total += (Math.pow(1e7, -0.05) - Math.pow(1L << 31, -0.05)) / 0.05;
        assertThat(head / (double) draws).isCloseTo(1 / total, within(5 * Math.sqrt(1 / total / draws)));
        assertThat(largest).isGreaterThan(1L << 28).isLessThan(1L << 31);
    }

    @Test
    void refusesSizesAndExponentsOutOfRange() {
        assertThatThrownBy(() -> Zipf.of(0, 1)).hasMessageContaining("got 0 and 1.0");
        assertThatThrownBy(() -> Zipf.of(5, Double.NaN)).hasMessageContaining("got 5 and NaN");
        assertThatThrownBy(() -> Zipf.of(5, -1)).hasMessageContaining("exponent in [0, 20.0]");
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "3", "10", "97", "4096"})
    void idsAreAPermutationOfRanks(int n) {
        Permutation permutation = Permutation.of(n, 5, 6);
        boolean[] seen = new boolean[n];
        for (int rank = 0; rank < n; rank++) {
            int id = (int) permutation.id(rank);
            assertThat(seen[id]).isFalse();
            seen[id] = true;
            assertThat(permutation.rank(id)).isEqualTo(rank);
        }
    }

    @Test
    void permutesTheLargestTableWithoutOverflow() {
        long n = Column.MAX_IDS;
        Permutation permutation = Permutation.of(n, 9, 9);
        for (long rank : new long[] {0, 1, n / 2, n - 2, n - 1}) {
            assertThat(permutation.id(rank)).isBetween(0L, n - 1);
            assertThat(permutation.rank(permutation.id(rank))).isEqualTo(rank);
        }
    }
}
