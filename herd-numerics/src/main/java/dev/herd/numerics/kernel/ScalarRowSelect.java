package dev.herd.numerics.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.herd.numerics.kernel.RowSelect.Place;

/// What [RowSelect] sums.
final class ScalarRowSelect implements RowSelect.Kernel {
    @Override
    public void sum(Place rows, int[] numbers, int from, int to, Place unique) {
        int seen = 0;
        for (int b = 0; b < numbers.length; b++) {
            boolean isNew = numbers[b] == seen;
            seen += isNew ? 1 : 0;
            long in = rows.at() + (long) b * rows.stride();
            long out = unique.at() + (long) numbers[b] * unique.stride();
            for (int d = from; d < to; d++) {
                float value = rows.segment().getAtIndex(JAVA_FLOAT, in + d);
                float sum = isNew ? value : unique.segment().getAtIndex(JAVA_FLOAT, out + d) + value;
                unique.segment().setAtIndex(JAVA_FLOAT, out + d, sum);
            }
        }
    }
}
