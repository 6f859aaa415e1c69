package dev.herd.models.dcn;

import dev.herd.nn.Init;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Layer;

/// A stack of cross layers whose weights are vectors: `x_{l+1} = x_0 (w_l . x_l) + b_l + x_l`.
///
/// **Shapes**: `[B, C]` to the same; weight and bias `[L, C]`.
/// **Paper**: Wang et al. 2017, the cross network.
record VectorCrossNetwork(Parameter weight, Parameter bias, int layers) implements Layer {
    static VectorCrossNetwork create(Parameters.Scope scope, int layers, long width) {
        return new VectorCrossNetwork(
                scope.parameter("weight", new Init.Normal(Math.sqrt(2.0 / (1 + width))), layers, width),
                scope.parameter("bias", Init.ZEROS, layers, width),
                layers);
    }

    /* Every layer's result is x_l = s_l x_0 + (b_0 + .. + b_{l-1}) with one number s_l per row: put into the layer's
     * formula, this gives s_{l+1} = s_l (1 + w_l . x_0) + w_l . (b_0 + .. + b_{l-1}) and s_0 = 1. So one product of
     * x_0 with all weights does for the stack, where the formula as it stands reads and writes rows of C columns
     * four times a layer. */
    @Override
    public Tensor forward(Ops ops, Tensor x0) {
        Tensor dotsBL = ops.linear(x0, weight, null);
        Tensor biasLC = ops.parameter(bias);
        Tensor offsetsLL = ops.linear(biasLC, weight, null);
        Tensor scaleB1 = ops.shift(ops.slice(dotsBL, 1, 0, 1), 1);
        for (int l = 1; l < layers; l++) {
            Tensor growthB1 = ops.shift(ops.slice(dotsBL, 1, l, l + 1L), 1);
            Tensor offset11 = ops.sum(ops.slice(ops.slice(offsetsLL, 1, l, l + 1L), 0, 0, l), 0, true);
            scaleB1 = ops.add(ops.mul(scaleB1, growthB1), offset11);
        }
        return ops.add(ops.mul(x0, scaleB1), ops.sum(biasLC, 0, false));
    }
}
