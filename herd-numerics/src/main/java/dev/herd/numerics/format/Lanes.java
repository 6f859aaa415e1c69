package dev.herd.numerics.format;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// The species of the vector codecs: as many fp32 numbers as fill a vector, and a byte for the code of each.
final class Lanes {
    static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    static final int COUNT = FLOATS.length();

    /// Vectors of other shapes exist from 8 lanes on; below that nothing here is used.
    private static final VectorShape CODES = VectorShape.forBitSize(Math.max(64, FLOATS.vectorBitSize() / Float.BYTES));

    static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_64.withShape(CODES);
    static final VectorSpecies<Long> LONGS = LongVector.SPECIES_64.withShape(CODES);

    static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private Lanes() {}

    static FloatVector load(MemorySegment from, long at) {
        return FloatVector.fromMemorySegment(FLOATS, from, at * Float.BYTES, ORDER);
    }

    static void store(FloatVector values, MemorySegment to, long at) {
        values.intoMemorySegment(to, at * Float.BYTES, ORDER);
    }

    /// Stores the first lanes alone.
    static void store(FloatVector values, MemorySegment to, long at, int count) {
        values.intoMemorySegment(to, at * Float.BYTES, ORDER, FLOATS.indexInRange(0, count));
    }
}
