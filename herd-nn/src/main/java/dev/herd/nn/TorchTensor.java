package dev.herd.nn;

import java.util.Arrays;

/// A libtorch tensor on a [Tape].
///
/// @param raw the native tensor; lives until the tape closes
/// @param level the segment that the tensor belongs to: the largest number of custom ops on any path to it
/// @param role what the tensor is in a matrix product
record TorchTensor(org.bytedeco.pytorch.Tensor raw, int level, Rounder.Role role) implements Tensor {
    /// An activation.
    TorchTensor(org.bytedeco.pytorch.Tensor raw, int level) {
        this(raw, level, Rounder.Role.ACTIVATION);
    }

    @Override
    public long[] shape() {
        return raw.shape();
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return Arrays.toString(shape());
    }
}
