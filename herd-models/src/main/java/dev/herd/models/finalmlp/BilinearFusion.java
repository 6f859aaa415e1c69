package dev.herd.models.finalmlp;

import dev.herd.nn.Init;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Linear;

/// Joins two streams: a linear map of each, and per head the bilinear form of its columns of both.
///
/// **Shapes**: x `[B, H * I]`, y `[B, H * J]`, result `[B, K]`; the weight is `[H, I, K * J]`.
/// **Paper**: Mao et al. 2023, stream-level interaction aggregation.
record BilinearFusion(Linear fromX, Linear fromY, Parameter weight, int heads, int tasks) {
    /// @param x columns of x, a multiple of the heads; so are those of y
    static BilinearFusion create(Parameters.Scope scope, long x, long y, int heads, int tasks) {
        long perHead = x / heads;
        long other = y / heads;
        // Xavier's rule over the weight as a matrix to K columns, as the authors draw it.
        Init init = new Init.Normal(Math.sqrt(2.0 / (heads * perHead * other + tasks)));
        return new BilinearFusion(
                Linear.create(scope.scope("x"), x, tasks),
                Linear.create(scope.scope("y"), y, tasks),
                scope.parameter("weight", init, heads, perHead, tasks * other),
                heads,
                tasks);
    }

    Tensor forward(Ops ops, Tensor x, Tensor y) {
        Tensor xHBI = byHead(ops, x);
        Tensor yHBJ = byHead(ops, y);
        long other = yHBJ.shape()[2];
        Tensor mappedHBKJ = ops.reshape(ops.matmul(xHBI, ops.parameter(weight)), heads, -1, tasks, other);
        Tensor productsHBKJ = ops.mul(mappedHBKJ, ops.reshape(yHBJ, heads, -1, 1, other));
        Tensor bilinear = ops.sum(ops.sum(productsHBKJ, 3, false), 0, false);
        return ops.add(ops.add(fromX.forward(ops, x), fromY.forward(ops, y)), bilinear);
    }

    /// **Shapes**: `[B, H * I]` to `[H, B, I]`.
    private Tensor byHead(Ops ops, Tensor x) {
        return ops.transpose(ops.reshape(x, -1, heads, x.shape()[1] / heads), 0, 1);
    }
}
