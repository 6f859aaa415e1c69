package dev.herd.nn;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A trained array of the dense part of a model, or a buffer that is updated without a gradient (running
/// statistics).
///
/// **Owner**: the arena of the [Parameters] that declared it owns values, gradient and the libtorch handle over
/// them.
public final class Parameter {
    /// What one slice of the batch differentiates with; see [SlicedStep].
    private record Slice(MemorySegment gradient, org.bytedeco.pytorch.Tensor leaf) {}

    private final String name;
    private final long[] shape;
    private final boolean trainable;
    private final Arena arena;
    private final MemorySegment values;
    private final MemorySegment gradient;
    private volatile List<Slice> slices = List.of();

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

    /// The libtorch view of the values, made once a slice; a trainable parameter's view accumulates into
    /// [#gradient(int)] of that slice.
    org.bytedeco.pytorch.Tensor leaf(int slice) {
        List<Slice> made = slices;
        return (slice < made.size() ? made : slices(slice + 1)).get(slice).leaf;
    }

    /// Where the backward pass of a slice of the batch accumulates; slice 0 is [#gradient] itself.
    MemorySegment gradient(int slice) {
        List<Slice> made = slices;
        return (slice < made.size() ? made : slices(slice + 1)).get(slice).gradient;
    }

    private synchronized List<Slice> slices(int count) {
        List<Slice> made = new ArrayList<>(slices);
        while (made.size() < count) {
            MemorySegment own =
                    made.isEmpty() || !trainable ? gradient : arena.allocate(gradient.byteSize(), Parameters.ALIGNMENT);
            made.add(new Slice(
                    own,
                    Blobs.kept(() -> trainable ? Blobs.leaf(values, own, shape) : Blobs.wrap(values, shape), arena)));
        }
        slices = List.copyOf(made);
        return slices;
    }

    @Override
    public String toString() {
        return name + Arrays.toString(shape);
    }
}
