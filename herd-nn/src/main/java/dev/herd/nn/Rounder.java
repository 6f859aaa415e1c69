package dev.herd.nn;

import dev.herd.numerics.format.BlockCodec;
import dev.herd.numerics.format.BlockCodec.Axis;
import dev.herd.numerics.format.NumberFormat;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// Rounds the operands of matrix products, blocks along the dimension that the product sums over. Immutable;
/// threads may share it.
final class Rounder {
    /// What an operand is.
    enum Role {
        WEIGHT,
        ACTIVATION,
        GRADIENT
    }

    private static final Map<Numerics, Rounder> MADE = new ConcurrentHashMap<>();

    /// Rounds nothing.
    static final Rounder NONE = of(Numerics.FP32);

    private final Map<Role, BlockCodec> codecs = new EnumMap<>(Role.class);

    private Rounder(Numerics numerics) {
        put(Role.WEIGHT, numerics.weightFormat());
        put(Role.ACTIVATION, numerics.activationFormat());
        put(Role.GRADIENT, numerics.gradientFormat());
    }

    private void put(Role role, Optional<NumberFormat> format) {
        format.ifPresent(found -> codecs.put(role, BlockCodec.of(found)));
    }

    static Rounder of(Numerics numerics) {
        return MADE.computeIfAbsent(numerics, Rounder::new);
    }

    /// A rounded copy of matrices `[..., rows, columns]`, or the tensor itself where its role stays fp32.
    ///
    /// @param axis along which blocks run: rows are summed over the last dimension, columns over the one
    ///     before it
    Tensor rounded(Role role, Tensor matrices, Axis axis) {
        BlockCodec codec = codecs.get(role);
        if (codec == null || matrices.numel() == 0) {
            return matrices;
        }
        if (!matrices.is_contiguous() && matrices.mT().is_contiguous()) {
            return rounded(codec, matrices.mT(), axis == Axis.ROWS ? Axis.COLUMNS : Axis.ROWS)
                    .mT();
        }
        return rounded(codec, matrices.contiguous(), axis);
    }

    private static Tensor rounded(BlockCodec codec, Tensor matrices, Axis axis) {
        Tensor from = matrices.to(torch.ScalarType.Float);
        Tensor to = torch.empty(from.shape());
        int columns = Math.toIntExact(from.size(-1));
        int rows = Math.toIntExact(axis == Axis.ROWS ? from.numel() / columns : from.size(-2));
        MemorySegment source = Blobs.view(from);
        MemorySegment result = Blobs.view(to);
        long matrix = (long) rows * columns;
        for (long at = 0; at < from.numel(); at += matrix) {
            codec.quantize(source, at, result, at, rows, columns, axis, 0);
        }
        return to.to(matrices.scalar_type());
    }
}
