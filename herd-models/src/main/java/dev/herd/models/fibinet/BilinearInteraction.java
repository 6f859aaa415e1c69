package dev.herd.models.fibinet;

import dev.herd.nn.Init;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;

/// For all pairs i < j of embeddings the elementwise product `(e_i W) * e_j`.
///
/// **Shapes**: `[B, n, D]` to `[B, n (n - 1) / 2, D]`, pairs in the order (0, 1), (0, 2), ..., (n - 2, n -
/// 1).
/// **Paper**: Huang et al. 2019, bilinear-interaction layer.
final class BilinearInteraction {
    private final FiBiNet.Bilinear kind;
    private final Parameter weight;
    private final long[] left;
    private final long[] right;

    private BilinearInteraction(FiBiNet.Bilinear kind, Parameter weight, long[] left, long[] right) {
        this.kind = kind;
        this.weight = weight;
        this.left = left;
        this.right = right;
    }

    static BilinearInteraction create(Parameters.Scope scope, FiBiNet.Bilinear kind, int n, int width) {
        int pairs = pairs(n);
        long[] left = new long[pairs];
        long[] right = new long[pairs];
        int next = 0;
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                left[next] = i;
                right[next++] = j;
            }
        }
        Init init = new Init.XavierNormal();
        Parameter weight = switch (kind) {
            case FIELD_ALL -> scope.parameter("weight", init, width, width);
            case FIELD_EACH -> scope.parameter("weight", init, n, width, width);
            case FIELD_INTERACTION -> scope.parameter("weight", init, pairs, width, width);
        };
        return new BilinearInteraction(kind, weight, left, right);
    }

    static int pairs(int n) {
        return Math.multiplyExact(n, n - 1) / 2;
    }

    Tensor forward(Ops ops, Tensor embBND) {
        Tensor leftBPD = switch (kind) {
            case FIELD_ALL -> ops.select(ops.matmul(embBND, ops.parameter(weight)), 1, left);
            case FIELD_EACH -> ops.select(eachByItsMatrix(ops, embBND), 1, left);
            case FIELD_INTERACTION -> eachByItsMatrix(ops, ops.select(embBND, 1, left));
        };
        return ops.mul(leftBPD, ops.select(embBND, 1, right));
    }

    /// Row m of x times matrix m. **Shapes**: `[B, M, D]` to the same.
    private Tensor eachByItsMatrix(Ops ops, Tensor xBMD) {
        return ops.transpose(ops.matmul(ops.transpose(xBMD, 0, 1), ops.parameter(weight)), 0, 1);
    }
}
