package dev.herd.numerics.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.numerics.CounterRandom;
import dev.herd.numerics.kernel.RowSelect.Place;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class RowSelectTest {
    private static final int[] NUMBERS = {0, 0, 1, 2, 1, 0, 3, 3};
    private static final int[] DIMS = {1, 7, 16, 17, 33, 64, 67, 130};

    private final Arena arena = Arena.ofAuto();

    private MemorySegment random(int floats, long seed) {
        MemorySegment segment = arena.allocate(floats * 4L, 64);
        for (int i = 0; i < floats; i++) {
            segment.setAtIndex(JAVA_FLOAT, i, (float) CounterRandom.gaussian(seed, 0, i));
        }
        return segment;
    }

    private MemorySegment copy(MemorySegment of) {
        return arena.allocate(of.byteSize(), 64).copyFrom(of);
    }

    @Test
    void everyRowBecomesItsUniqueRowAndNothingElseIsTouched() {
        for (int dim : DIMS) {
            Place unique = new Place(random(5 * (dim + 2) + 1, 1), 1, dim + 2);
            MemorySegment expected = random(9 * (dim + 3) + 2, 2);
            MemorySegment actual = copy(expected);
            for (int b = 2; b < 7; b++) {
                for (int d = 0; d < dim; d++) {
                    float value = unique.segment().getAtIndex(JAVA_FLOAT, 1 + NUMBERS[b] * (dim + 2L) + d);
                    expected.setAtIndex(JAVA_FLOAT, 2 + b * (dim + 3L) + d, value);
                }
            }
            RowSelect.expand(unique, 4, NUMBERS, 2, 7, dim, new Place(actual, 2, dim + 3));
            assertThat(actual.mismatch(expected)).isEqualTo(-1);
            assertThat(actual.getAtIndex(JAVA_FLOAT, 2 + 4L * (dim + 3)))
                    .isEqualTo(unique.segment().getAtIndex(JAVA_FLOAT, 1 + dim + 2L));
        }
    }

    @Test
    void gradientsOfEqualRowsAddUpInTheOrderOfTheBatch() {
        for (int dim : DIMS) {
            Place rows = new Place(random(8 * (dim + 1), 3), 0, dim + 1);
            MemorySegment expected = random(4 * dim, 4);
            MemorySegment actual = copy(expected);
            new ScalarRowSelect().sum(rows, NUMBERS, 0, dim, new Place(expected, 0, dim));
            int half = dim / 2;
            RowSelect.sum(rows, NUMBERS, 0, half, new Place(actual, 0, dim), 4);
            RowSelect.sum(rows, NUMBERS, half, dim, new Place(actual, 0, dim), 4);
            assertThat(actual.mismatch(expected)).isEqualTo(-1);
            float first = 0;
            for (int b : new int[] {0, 1, 5}) {
                first += rows.segment().getAtIndex(JAVA_FLOAT, b * (dim + 1L));
            }
            assertThat(actual.getAtIndex(JAVA_FLOAT, 0)).isEqualTo(first);
        }
    }

    @Test
    void numbersAndRowsOutsideAreRefused() {
        Place unique = new Place(random(12, 1), 0, 4);
        Place out = new Place(random(32, 1), 0, 4);
        assertThatThrownBy(() -> RowSelect.expand(unique, 3, NUMBERS, 0, 8, 4, out))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessageContaining("0 to 3 of 3 unique");
        assertThatThrownBy(() -> RowSelect.expand(unique, 4, NUMBERS, 0, 8, 4, out))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
