package dev.herd.numerics.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;

/// The definition of [PairwiseDots].
final class ScalarPairwiseDots implements PairwiseDots.Kernel {
    @Override
    public void forward(MemorySegment vectors, long groups, int n, int dim, MemorySegment pairs) {
        long out = 0;
        for (long group = 0; group < groups; group++) {
            long first = group * n * dim;
            for (int i = 1; i < n; i++) {
                for (int j = 0; j < i; j++) {
                    float sum = 0;
                    for (int d = 0; d < dim; d++) {
                        sum += vectors.getAtIndex(JAVA_FLOAT, first + (long) i * dim + d)
                                * vectors.getAtIndex(JAVA_FLOAT, first + (long) j * dim + d);
                    }
                    pairs.setAtIndex(JAVA_FLOAT, out++, sum);
                }
            }
        }
    }

    @Override
    public void backward(
            MemorySegment vectors, MemorySegment gradient, long groups, int n, int dim, MemorySegment out) {
        for (long group = 0; group < groups; group++) {
            long first = group * n * dim;
            long pairs = group * PairwiseDots.count(n);
            for (int i = 0; i < n; i++) {
                for (int d = 0; d < dim; d++) {
                    float sum = 0;
                    for (int j = 0; j < n; j++) {
                        if (j != i) {
                            int high = Math.max(i, j);
                            int low = Math.min(i, j);
                            float factor = gradient.getAtIndex(JAVA_FLOAT, pairs + PairwiseDots.count(high) + low);
                            sum += factor * vectors.getAtIndex(JAVA_FLOAT, first + (long) j * dim + d);
                        }
                    }
                    out.setAtIndex(JAVA_FLOAT, first + (long) i * dim + d, sum);
                }
            }
        }
    }
}
