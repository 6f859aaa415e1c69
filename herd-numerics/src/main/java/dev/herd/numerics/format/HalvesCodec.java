package dev.herd.numerics.format;

import dev.herd.numerics.ElementType;
import dev.herd.numerics.kernel.Halves;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/// Rows of fp16 or bf16 by [Halves].
final class HalvesCodec implements BlockCodec.Packer, BlockCodec.Unpacker {
    static final Map<Element, ElementType> TYPES =
            Map.of(Element.FP16, ElementType.FP16, Element.BF16, ElementType.BF16);

    private final ElementType type;
    private final boolean stochastic;

    HalvesCodec(NumberFormat format) {
        this.type = TYPES.getOrDefault(format.element(), ElementType.FP32);
        this.stochastic = format.rounding() == Rounding.STOCHASTIC;
    }

    @Override
    public void encode(MemorySegment from, long fromAt, int n, MemorySegment to, long at, long random) {
        MemorySegment row = to.asSlice(at, (long) n * type.bytes());
        if (stochastic) {
            Halves.encodeStochastic(type, from, fromAt, row, 0, n, random);
        } else {
            Halves.encode(type, from, fromAt, row, 0, n);
        }
    }

    @Override
    public void decode(MemorySegment from, long at, int n, MemorySegment to, long toAt) {
        Halves.decode(type, from.asSlice(at, (long) n * type.bytes()), 0, to, toAt, n);
    }
}
