package dev.herd.nn;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A trained array of the dense part of a model, or a buffer that is updated without a gradient (running
/// statistics).
///
/// **Owner**: the arena of the [Parameters] that declared it owns values, gradient and the libtorch handle over
/// them.
public final class Parameter {
    private final String name;
    private final long[] shape;
    private final boolean trainable;
    private final Arena arena;
    private final MemorySegment values;
    private final MemorySegment gradient;
    private volatile org.bytedeco.pytorch.@Nullable Tensor leaf;

    Parameter(Arena arena, String name, long[] shape, boolean trainable) {
        this.name = name;
        this.shape = shape.clone();
        this.trainable = trainable;
        this.arena = arena;
        long bytes = Math.multiplyExact(count(), Float.BYTES);
        this.values = arena.allocate(bytes, Parameters.ALIGNMENT);
        this.gradient = trainable ? arena.allocate(bytes, Parameters.ALIGNMENT) : MemorySegment.NULL;
    }

    /// Dotted path, unique in its [Parameters], for example `deep.0.weight`.
    public String name() {
        return name;
    }

    /// Sizes per dimension.
    public long[] shape() {
        return shape.clone();
    }

    /// fp32, row-major, off-heap.
    public MemorySegment values() {
        return values;
    }

    /// fp32, as large as [#values]: the sum of the gradients of all backward passes since
    /// [DenseOptimizer#zeroGradients]. Empty for buffers.
    public MemorySegment gradient() {
        return gradient;
    }

    /// False for buffers.
    public boolean trainable() {
        return trainable;
    }

    /// Number of scalars.
    public long count() {
        long count = 1;
        for (long size : shape) {
            count = Math.multiplyExact(count, size);
        }
        return count;
    }

    /// The libtorch view of the values, made once; a trainable parameter's view accumulates into [#gradient].
    org.bytedeco.pytorch.Tensor leaf() {
        org.bytedeco.pytorch.Tensor made = leaf;
        return made != null ? made : makeLeaf();
    }

    private synchronized org.bytedeco.pytorch.Tensor makeLeaf() {
        org.bytedeco.pytorch.Tensor made = leaf;
        if (made == null) {
            made = trainable
                    ? Blobs.kept(() -> Blobs.leaf(values, gradient, shape), arena)
                    : Blobs.kept(() -> Blobs.wrap(values, shape), arena);
            leaf = made;
        }
        return made;
    }

    @Override
    public String toString() {
        return name + Arrays.toString(shape);
    }
}
