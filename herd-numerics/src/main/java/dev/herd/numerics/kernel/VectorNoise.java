package dev.herd.numerics.kernel;

import static dev.herd.numerics.kernel.VectorSums.INTS;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// [dev.herd.numerics.RoundingNoise] of neighboring positions with the Vector API, the same bits.
public final class VectorNoise {
    private static final IntVector LANE_NUMBERS = IntVector.zero(INTS).addIndex(1);

    private VectorNoise() {}

    /// The noise of positions `first` and on, one a lane.
    public static IntVector of(long random, int first) {
        IntVector x = LANE_NUMBERS.add(first).mul(0x9E3779B9).add((int) random);
        x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16));
        x = x.mul(0x7FEB352D);
        x = x.lanewise(VectorOperators.XOR, (int) (random >>> 32));
        x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 15));
        x = x.mul(0x846CA68B);
        return x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16));
    }
}
