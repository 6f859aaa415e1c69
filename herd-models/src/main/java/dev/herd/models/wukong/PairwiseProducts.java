package dev.herd.models.wukong;

import dev.herd.nn.Init;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Linear;
import dev.herd.nn.layer.Mlp;

/// The factorization machine `X X^T`, or `X (X^T Y)` with `X^T Y` formed first: time n k D in place of n^2 D.
///
/// **Shapes**: X `[B, n, D]`, Y `[n, k]` or `[B, n, k]`, result `[B, n, columns]`.
/// **Paper**: Zhang et al. 2024, section 3, the factorization machine block.
sealed interface PairwiseProducts {
    Tensor forward(Ops ops, Tensor embBND);

    /// Columns of the result for n embeddings.
    int columns();

    static PairwiseProducts create(Parameters.Scope scope, Projection projection, int n, int width) {
        return switch (projection) {
            case Projection.Full() -> new All(n);
            case Projection.Static(int rank) ->
                new Projected(rank, scope.parameter("y", new Init.XavierNormal(), n, rank));
            case Projection.Attentive attentive -> Attended.create(scope, attentive, n, width);
        };
    }

    record All(int columns) implements PairwiseProducts {
        @Override
        public Tensor forward(Ops ops, Tensor embBND) {
            return ops.matmul(embBND, ops.transpose(embBND, 1, 2));
        }
    }

    record Projected(int columns, Parameter yNK) implements PairwiseProducts {
        @Override
        public Tensor forward(Ops ops, Tensor embBND) {
            return project(ops, embBND, ops.parameter(yNK));
        }
    }

    /// `Y = reshape(MLP(flatten(W_c X)))`; the paper gives the words and no sizes.
    record Attended(int columns, int n, int compressed, int width, Linear compress, Mlp mlp)
            implements PairwiseProducts {
        static Attended create(Parameters.Scope scope, Projection.Attentive config, int n, int width) {
            int compressed = config.compressed();
            Linear compress = Linear.withoutBias(scope.scope("compress"), n, compressed);
            long out = (long) n * config.rank();
            Mlp mlp = Mlp.create(scope.scope("attention"), config.mlp(), (long) compressed * width, out);
            return new Attended(config.rank(), n, compressed, width, compress, mlp);
        }

        @Override
        public Tensor forward(Ops ops, Tensor embBND) {
            Tensor compressedBDC = compress.forward(ops, ops.transpose(embBND, 1, 2));
            Tensor flat = ops.reshape(compressedBDC, -1, (long) compressed * width);
            return project(ops, embBND, ops.reshape(mlp.forward(ops, flat), -1, n, columns));
        }
    }

    private static Tensor project(Ops ops, Tensor embBND, Tensor y) {
        return ops.matmul(embBND, ops.matmul(ops.transpose(embBND, 1, 2), y));
    }
}
