package dev.herd.numerics.kernel;

import static dev.herd.numerics.kernel.Exponential.C2;
import static dev.herd.numerics.kernel.Exponential.C3;
import static dev.herd.numerics.kernel.Exponential.C4;
import static dev.herd.numerics.kernel.Exponential.C5;
import static dev.herd.numerics.kernel.Exponential.C6;
import static dev.herd.numerics.kernel.Exponential.C7;
import static dev.herd.numerics.kernel.VectorSums.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// [Exponential] for a vector of lanes, the same bits.
final class VectorExponential {
    private VectorExponential() {}

    static FloatVector of(FloatVector x) {
        VectorMask<Float> tiny = x.compare(VectorOperators.LT, Exponential.LOWEST);
        VectorMask<Float> huge = x.compare(VectorOperators.GT, Exponential.HIGHEST);
        FloatVector bounded = x.blend(Exponential.HIGHEST, huge);
        FloatVector rounder = FloatVector.broadcast(FLOATS, Exponential.ROUNDER);
        FloatVector shifted = bounded.fma(FloatVector.broadcast(FLOATS, Exponential.LOG2_E), rounder);
        FloatVector exponent = shifted.sub(rounder);
        FloatVector rest = exponent.fma(FloatVector.broadcast(FLOATS, -Exponential.LN2_HIGH), bounded);
        rest = exponent.fma(FloatVector.broadcast(FLOATS, -Exponential.LN2_LOW), rest);
        FloatVector one = FloatVector.broadcast(FLOATS, 1);
        FloatVector sum = FloatVector.broadcast(FLOATS, C7).fma(rest, FloatVector.broadcast(FLOATS, C6));
        sum = sum.fma(rest, FloatVector.broadcast(FLOATS, C5));
        sum = sum.fma(rest, FloatVector.broadcast(FLOATS, C4));
        sum = sum.fma(rest, FloatVector.broadcast(FLOATS, C3));
        sum = sum.fma(rest, FloatVector.broadcast(FLOATS, C2));
        sum = sum.fma(rest, one);
        sum = sum.fma(rest, one);
        IntVector power =
                shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).add(127 << 23);
        return sum.mul(power.reinterpretAsFloats()).blend(0, tiny);
    }
}
