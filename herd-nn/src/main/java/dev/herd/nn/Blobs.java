package dev.herd.nn;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/// libtorch tensors over memory that Java owns, and Java's view of libtorch's memory; nothing is copied either
/// way.
final class Blobs {
    private static final TensorOptions FLOAT = kept(() -> new TensorOptions(torch.ScalarType.Float));

    private Blobs() {}

    /// A foreign address without a deallocator.
    private static final class SegmentPointer extends Pointer {
        SegmentPointer(MemorySegment segment) {
            this.address = segment.address();
            this.limit = segment.byteSize();
            this.capacity = segment.byteSize();
        }
    }

    /// **Throws** `IllegalArgumentException` when the segment is on the heap or smaller than the shape.
    static Tensor wrap(MemorySegment values, long... shape) {
        if (!values.isNative()) {
            throw new IllegalArgumentException("libtorch reads off-heap memory only: allocate the segment in an Arena");
        }
        long bytes = Float.BYTES;
        for (long size : shape) {
            bytes = Math.multiplyExact(bytes, size);
        }
        if (bytes > values.byteSize()) {
            throw new IllegalArgumentException("shape " + java.util.Arrays.toString(shape) + " takes " + bytes
                    + " bytes as fp32, but the segment has " + values.byteSize());
        }
        LibTorch.load();
        if (bytes == 0) {
            return torch.empty(shape, FLOAT, new MemoryFormatOptional());
        }
        return torch.from_blob(new SegmentPointer(values), shape, FLOAT);
    }

    /// A leaf whose gradient is accumulated into the given memory.
    static Tensor leaf(MemorySegment values, MemorySegment gradient, long... shape) {
        Tensor leaf = wrap(values, shape).requires_grad_(true);
        leaf.mutable_grad().put(wrap(gradient, shape));
        return leaf;
    }

    /// Valid while the tensor lives. **Throws** `IllegalArgumentException` when the tensor is not contiguous.
    static MemorySegment view(Tensor tensor) {
        if (!tensor.is_contiguous()) {
            throw new IllegalArgumentException("only contiguous tensors can be viewed");
        }
        if (tensor.numel() == 0) {
            return MemorySegment.NULL;
        }
        return MemorySegment.ofAddress(tensor.data_ptr().address()).reinterpret(tensor.nbytes());
    }

    /// Makes a native object that outlives the step during which it happens to be made.
    static <P extends Pointer> P kept(Supplier<P> maker) {
        try (PointerScope scope = new PointerScope()) {
            P made = maker.get();
            made.retainReference();
            return made;
        }
    }

    /// Makes a native object that lives as long as the arena.
    static <P extends Pointer> P kept(Supplier<P> maker, Arena arena) {
        P made = kept(maker);
        MemorySegment unused =
                MemorySegment.ofAddress(made.address()).reinterpret(arena, ignored -> made.releaseReference());
        assert unused.isNative();
        return made;
    }
}
