package dev.herd.models.wukong;

import dev.herd.nn.Ops;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Activation;
import dev.herd.nn.layer.Layer;
import dev.herd.nn.layer.LayerNorm;
import dev.herd.nn.layer.Linear;
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
    private final Linear lcb;
    private final @Nullable Linear residual;
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
        lcb = Linear.withoutBias(scope.scope("lcb"), n, shape.lcb());
        residual = shape.out() == n ? null : Linear.withoutBias(scope.scope("residual"), n, shape.out());
        this.norm = norm ? LayerNorm.create(scope.scope("norm"), width) : Activation.IDENTITY;
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
        Tensor embBDN = ops.transpose(embBND, 1, 2);
        Tensor flat = ops.reshape(products.forward(ops, embBND), -1, (long) n * products.columns());
        Tensor fmb = ops.reshape(mlp.forward(ops, innerNorm.forward(ops, flat)), -1, fmEmbeddings, width);
        Tensor blocks = ops.concat(List.of(fmb, ops.transpose(lcb.forward(ops, embBDN), 1, 2)), 1);
        Tensor kept = residual == null ? embBND : ops.transpose(residual.forward(ops, embBDN), 1, 2);
        return norm.forward(ops, ops.add(blocks, kept));
    }
}
