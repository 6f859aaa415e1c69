package dev.herd.models.dhen;

import dev.herd.models.interaction.Interaction;
import dev.herd.models.interaction.LinearCombinations;
import dev.herd.nn.Init;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;

/// `W Conv2d(X)`: one square kernel over the plane of n embeddings by D columns, with zeros around it.
///
/// **Shapes**: `[B, n, D]` to `[B, l, D]`.
record PlaneConvolution(Parameter kernel, Parameter bias, LinearCombinations out, int n, int width)
        implements Interaction {
    static PlaneConvolution create(Parameters.Scope scope, int n, int width, Module.Convolution config) {
        int side = config.kernel();
        return new PlaneConvolution(
                scope.parameter("kernel", new Init.FanIn((long) side * side), 1, 1, side, side),
                scope.parameter("bias", Init.ZEROS, 1),
                LinearCombinations.create(scope.scope("out"), n, config.embeddings()),
                n,
                width);
    }

    @Override
    public Tensor forward(Ops ops, Tensor embBND) {
        Tensor plane = ops.reshape(embBND, -1, 1, n, width);
        Tensor convolved = ops.reshape(ops.convolution(plane, kernel, bias), -1, n, width);
        return out.forward(ops, convolved);
    }

    @Override
    public int embeddings() {
        return out.embeddings();
    }
}
