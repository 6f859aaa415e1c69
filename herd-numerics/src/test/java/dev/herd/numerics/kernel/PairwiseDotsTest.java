package dev.herd.numerics.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.herd.numerics.CounterRandom;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairwiseDotsTest {
    private static final float TOLERANCE = 1e-5f;

    private final Arena arena = Arena.ofAuto();

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1",
        "3, 2, 3",
        "2, 5, 7",
        "5, 27, 15",
        "4, 27, 16",
        "3, 4, 17",
        "2, 7, 63",
        "2, 27, 65",
        "1, 3, 1023"
    })
    void scalarAndVectorKernelsAgree(int groups, int n, int dim) {
        MemorySegment vectors = random(groups * n * dim, 1);
        MemorySegment gradient = random(groups * PairwiseDots.count(n), 2);
        PairwiseDots.Kernel scalar = new ScalarPairwiseDots();
        PairwiseDots.Kernel vector = new VectorPairwiseDots();

        MemorySegment slowPairs = arena.allocate(gradient.byteSize() + 4, 64);
        MemorySegment fastPairs = arena.allocate(gradient.byteSize() + 4, 64);
        scalar.forward(vectors, groups, n, dim, slowPairs);
        vector.forward(vectors, groups, n, dim, fastPairs);
        assertClose(slowPairs, fastPairs, dim);

        MemorySegment slow = arena.allocate(vectors.byteSize(), 64);
        MemorySegment fast = random(groups * n * dim, 3);
        scalar.backward(vectors, gradient, groups, n, dim, slow);
        vector.backward(vectors, gradient, groups, n, dim, fast);
        assertClose(slow, fast, n);
    }

    @Test
    void pairsStandBelowTheDiagonalRowByRow() {
        MemorySegment vectors = arena.allocateFrom(JAVA_FLOAT, 1, 2, 3, 4, 5, 6);
        MemorySegment pairs = arena.allocate(3 * 4L, 64);
        PairwiseDots.forward(vectors, 1, 3, 2, pairs);
        assertThat(pairs.toArray(JAVA_FLOAT)).containsExactly(11, 17, 39);
    }

    @Test
    void shortSegmentsAreRefused() {
        MemorySegment vectors = arena.allocate(4 * 5 * 4L, 64);
        MemorySegment pairs = arena.allocate(5 * 4L, 64);
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> PairwiseDots.forward(vectors, 1, 4, 5, pairs))
                .withMessageContaining("1 groups of 4 vectors of 5 need 20 and 6 floats");
    }

    private void assertClose(MemorySegment expected, MemorySegment found, int terms) {
        float[] left = expected.toArray(JAVA_FLOAT);
        float[] right = found.toArray(JAVA_FLOAT);
        for (int i = 0; i < left.length; i++) {
            assertThat(right[i]).as("entry " + i).isCloseTo(left[i], within(TOLERANCE * (terms + Math.abs(left[i]))));
        }
    }

    private MemorySegment random(int count, int stream) {
        MemorySegment segment = arena.allocate(Math.max(1, count) * 4L, 64);
        for (int i = 0; i < count; i++) {
            segment.setAtIndex(JAVA_FLOAT, i, (float) CounterRandom.gaussian(9, stream, i));
        }
        return segment.asSlice(0, count * 4L);
    }
}
