package dev.herd.numerics.kernel;

import java.lang.foreign.MemorySegment;

/// The embedding bag: gathers rows by number and sums them per bag.
public final class Pooling {
    private static final Kernel KERNEL = Kernels.choose(ScalarPooling::new, () -> new VectorPooling());

    private Pooling() {}

    /// Pools bags `first .. first+count-1`: `out[outAt + k*outStride ..+dim)` becomes the sum over the ids of bag
    /// `first+k`, in their order, of `weight * row`, times `1/length` for the mean. An empty bag gives zeros.
    ///
    /// **Shapes**: `out` fp32; `outAt` and `outStride` count floats.
    /// **Errors**: fp32 sums in the order of the ids.
    /// **Throws** `IndexOutOfBoundsException` for an id outside the table or bags outside `offsets`.
    public static void pool(Rows rows, Bags bags, int first, int count, MemorySegment out, long outAt, long outStride) {
        if (count == 0) {
            return;
        }
        if (first < 0 || count < 0 || first + count >= bags.offsets().length) {
            throw new IndexOutOfBoundsException(
                    "bags " + first + " to " + (first + count) + " of " + (bags.offsets().length - 1));
        }
        long end = outAt + (count - 1) * outStride + rows.dim();
        if (outAt < 0 || outStride < rows.dim() || end * Float.BYTES > out.byteSize()) {
            throw new IndexOutOfBoundsException("pooled rows would end at float " + end + " of "
                    + out.byteSize() / Float.BYTES + " (offset " + outAt + ", stride " + outStride + ")");
        }
        KERNEL.pool(rows, bags, first, count, out, outAt, outStride);
    }

    interface Kernel {
        void pool(Rows rows, Bags bags, int first, int count, MemorySegment out, long outAt, long outStride);
    }
}
