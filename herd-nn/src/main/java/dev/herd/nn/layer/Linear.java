package dev.herd.nn.layer;

import dev.herd.nn.Init;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import org.jspecify.annotations.Nullable;

/// `x W^T + b`: Xavier normal weights, zero bias.
///
/// **Shapes**: `[..., in]` to `[..., out]`; `weight[out, in]`, `bias[out]`.
///
/// @param bias null for a map without one
public record Linear(Parameter weight, @Nullable Parameter bias) implements Layer {
    public static Linear create(Parameters.Scope scope, long in, long out) {
        return new Linear(weight(scope, in, out), scope.parameter("bias", Init.ZEROS, out));
    }

    public static Linear withoutBias(Parameters.Scope scope, long in, long out) {
        return new Linear(weight(scope, in, out), null);
    }

    private static Parameter weight(Parameters.Scope scope, long in, long out) {
        return scope.parameter("weight", new Init.XavierNormal(), out, in);
    }

    @Override
    public Tensor forward(Ops ops, Tensor x) {
        return ops.linear(x, weight, bias);
    }
}
