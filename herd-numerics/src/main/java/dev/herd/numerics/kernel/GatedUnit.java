package dev.herd.numerics.kernel;

import java.lang.foreign.MemorySegment;

/// The gate of a SwiGLU feed-forward layer: `gate = silu(gate) * up`, where `silu(g) = g / (1 + exp(-g))`.
///
/// **Errors**: a few units in the last place.
public final class GatedUnit {
    private static final Kernel KERNEL = Kernels.choose(ScalarGatedUnit::new, () -> new VectorGatedUnit());

    private GatedUnit() {}

    /// Replaces `n` floats of `gate` from float `at` on by their gated products with those of `up` at the
    /// same place.
    ///
    /// **Throws** `IndexOutOfBoundsException` when a segment is too short.
    public static void apply(MemorySegment gate, MemorySegment up, long at, long n) {
        RowMath.check(gate, at, n);
        RowMath.check(up, at, n);
        KERNEL.apply(gate, up, at, n);
    }

    interface Kernel {
        void apply(MemorySegment gate, MemorySegment up, long at, long n);
    }
}
