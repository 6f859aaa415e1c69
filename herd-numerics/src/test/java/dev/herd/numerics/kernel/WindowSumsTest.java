package dev.herd.numerics.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.numerics.kernel.RowSelect.Place;
import dev.herd.numerics.kernel.WindowSums.Windows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WindowSumsTest {
    private static final int PARTS = 12;

    /// A group of five that slides, a single window, an empty one, and a group that shares parts with the first.
    private static final int[] FROM = {0, 1, 1, 3, 4, 2, 5, 4, 6, 6};

    private static final int[] TO = {5, 5, 7, 7, 8, 3, 5, 10, 10, 12};
    private static final int[] GROUPS = {0, 5, 6, 7, 10};
    private static final float[] FACTORS = {1, 2, 0.5f, 1, 4, 1, 1, 0.25f, 1, 2};

    private final Arena arena = Arena.ofAuto();

    /// Whole numbers, whose sums are exact in any order, or any.
    private Place rows(int count, int dim, boolean whole, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int stride = dim + 3;
        MemorySegment segment = arena.allocate((count * (long) stride + 2) * 4, 64);
        for (long i = 0; i < segment.byteSize() / 4; i++) {
            segment.setAtIndex(JAVA_FLOAT, i, whole ? random.nextInt(100) - 50 : (float) random.nextGaussian());
        }
        return new Place(segment, 2, stride);
    }

    private static float get(Place rows, int row, int column) {
        return rows.segment().getAtIndex(JAVA_FLOAT, rows.at() + (long) row * rows.stride() + column);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 16, 33, 64, 130})
    void aWindowIsTheSumOfItsPartsAndSpreadingIsTheTranspose(int dim) {
        for (float[] factors : new float[][] {null, FACTORS}) {
            Windows windows = new Windows(FROM, TO, GROUPS, factors);
            Place parts = rows(PARTS, dim, true, 1);
            Place out = rows(FROM.length, dim, true, 2);
            WindowSums.sum(parts, PARTS, windows, 0, 4, dim, out);
            Place gradients = rows(FROM.length, dim, true, 3);
            Place spread = rows(PARTS, dim, true, 4);
            WindowSums.spread(gradients, windows, 0, 4, dim, spread, 0, PARTS);
            for (int d = 0; d < dim; d++) {
                float[] covered = new float[PARTS];
                for (int u = 0; u < FROM.length; u++) {
                    float factor = factors == null ? 1 : factors[u];
                    float sum = 0;
                    for (int p = FROM[u]; p < TO[u]; p++) {
                        sum += get(parts, p, d);
                        covered[p] += factor * get(gradients, u, d);
                    }
                    assertThat(get(out, u, d)).isEqualTo(factor * sum);
                }
                for (int p = 0; p < PARTS; p++) {
                    assertThat(get(spread, p, d)).isEqualTo(covered[p]);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 16, 17, 33, 64, 67, 130})
    void vectorsGiveTheBitsOfTheDefinitionAndTouchNothingElse(int dim) {
        for (float[] factors : new float[][] {null, FACTORS}) {
            Windows windows = new Windows(FROM, TO, GROUPS, factors);
            Place parts = rows(PARTS, dim, false, 1);
            Place expected = rows(FROM.length, dim, false, 2);
            Place actual = rows(FROM.length, dim, false, 2);
            Place expectedSpread = rows(PARTS, dim, false, 3);
            Place actualSpread = rows(PARTS, dim, false, 3);
            for (int g = 0; g < 4; g++) {
                new ScalarWindowSums().sum(parts, windows, GROUPS[g], GROUPS[g + 1] - 1, dim, expected);
                new VectorWindowSums().sum(parts, windows, GROUPS[g], GROUPS[g + 1] - 1, dim, actual);
                new ScalarWindowSums().spread(actual, windows, GROUPS[g], GROUPS[g + 1] - 1, dim, expectedSpread);
                new VectorWindowSums().spread(actual, windows, GROUPS[g], GROUPS[g + 1] - 1, dim, actualSpread);
            }
            assertThat(actual.segment().mismatch(expected.segment())).isEqualTo(-1);
            assertThat(actualSpread.segment().mismatch(expectedSpread.segment()))
                    .isEqualTo(-1);
        }
    }

    @Test
    void windowsAndRowsOutsideAreRefused() {
        Windows windows = new Windows(FROM, TO, GROUPS, null);
        Place parts = rows(PARTS, 4, true, 1);
        Place out = rows(FROM.length, 4, true, 1);
        assertThatThrownBy(() -> WindowSums.sum(parts, PARTS - 1, windows, 0, 4, 4, out))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessageContaining("window 9 covers the parts 6 to 12 of 11");
        assertThatThrownBy(() -> WindowSums.sum(parts, PARTS, windows, 0, 4, 4, rows(FROM.length - 2, 4, true, 1)))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> WindowSums.spread(rows(4, 4, true, 1), windows, 0, 4, 4, parts, 0, PARTS))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
