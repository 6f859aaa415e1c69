package dev.herd.models.wukong;

import dev.herd.nn.Init;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Activation;
import dev.herd.nn.layer.Layer;
import dev.herd.nn.layer.LayerNorm;
import dev.herd.nn.layer.Mlp;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One Wukong layer: `X' = LN(concat(FMB(X), LCB(X)) + R(X))`.
///
/// - FMB, the factorization machine block: products of embeddings, normalized, through a perceptron to n_F embeddings.
/// - LCB, the linear compress block: n_L linear combinations of embeddings.
/// - R, the residual: the identity when n = n_F + n_L, else linear combinations.
///
/// **Shapes**: `[B, n, D]` to `[B, n_F + n_L, D]`.
/// **Paper**: Zhang et al. 2024, section 3, the Wukong layer.
public final class WukongLayer implements Layer {
    private final PairwiseProducts products;
    private final Layer innerNorm;
    private final Mlp mlp;
    private final Parameter compressLN;
    private final @Nullable Parameter residualMN;
    private final Layer norm;
    private final int n;
    private final int fmEmbeddings;
    private final int width;

    private WukongLayer(Parameters.Scope scope, Shape shape, Projection projection, Mlp.Config mlp, boolean norm) {
        n = shape.n();
        fmEmbeddings = shape.fm();
        width = shape.width();
        Parameters.Scope fmb = scope.scope("fmb");
        products = PairwiseProducts.create(fmb, projection, n, width);
        long flat = (long) n * products.columns();
        innerNorm = norm ? LayerNorm.create(fmb.scope("norm"), flat) : Activation.IDENTITY;
        this.mlp = Mlp.create(fmb.scope("mlp"), mlp, flat, (long) fmEmbeddings * width);
        compressLN = combinations(scope, "lcb", shape.lcb());
        residualMN = shape.out() == n ? null : combinations(scope, "residual", shape.out());
        this.norm = norm ? LayerNorm.create(scope.scope("norm"), width) : Activation.IDENTITY;
    }

    private Parameter combinations(Parameters.Scope scope, String name, int rows) {
        return scope.scope(name).parameter("weight", new Init.XavierNormal(), rows, n);
    }

    /// Embedding counts of one layer: n into it, n_F and n_L out of it, all of width D.
    record Shape(int n, int fm, int lcb, int width) {
        int out() {
            return fm + lcb;
        }
    }

    static WukongLayer create(
            Parameters.Scope scope, Shape shape, Projection projection, Mlp.Config mlp, boolean norm) {
        return new WukongLayer(scope, shape, projection, mlp, norm);
    }

    @Override
    public Tensor forward(Ops ops, Tensor embBND) {
        Tensor flat = ops.reshape(products.forward(ops, embBND), -1, (long) n * products.columns());
        Tensor fmb = ops.reshape(mlp.forward(ops, innerNorm.forward(ops, flat)), -1, fmEmbeddings, width);
        Tensor lcb = ops.matmul(ops.parameter(compressLN), embBND);
        Tensor residual = residualMN == null ? embBND : ops.matmul(ops.parameter(residualMN), embBND);
        return norm.forward(ops, ops.add(ops.concat(List.of(fmb, lcb), 1), residual));
    }
}
