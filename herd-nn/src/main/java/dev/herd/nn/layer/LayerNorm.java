package dev.herd.nn.layer;

import dev.herd.nn.Init;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;

/// Normalizes the last dimension by its mean and variance, then scales and shifts it.
///
/// **Shapes**: `[..., width]` to the same.
/// **Units**: 1e-5 is added to the variance.
public record LayerNorm(Parameter weight, Parameter bias) implements Layer {
    private static final double EPS = 1e-5;

    public static LayerNorm create(Parameters.Scope scope, long width) {
        return new LayerNorm(scope.parameter("weight", Init.ONES, width), scope.parameter("bias", Init.ZEROS, width));
    }

    @Override
    public Tensor forward(Ops ops, Tensor x) {
        return ops.layerNorm(x, weight, bias, EPS);
    }
}
