package dev.herd.models.wukong;

import dev.herd.data.config.Doc;
import dev.herd.nn.layer.Mlp;

/// How the factorization machine of a Wukong layer cuts the n columns of `X X^T`.
public sealed interface Projection {
    /// Not at all: all n x n products.
    record Full() implements Projection {
        public static Full defaults() {
            return new Full();
        }
    }

    /// To k columns by a learned matrix Y.
    record Static(@Doc("columns k of the projection Y") int rank) implements Projection {
        public Static {
            Projection.check(rank);
        }

        public static Static defaults() {
            return new Static(24);
        }
    }

    /// To k columns by a matrix Y that a perceptron makes, for every row of the batch, from a few linear combinations
    /// of the embeddings.
    record Attentive(
            @Doc("columns k of the projection Y") int rank,

            @Doc("linear combinations of embeddings that Y is made from")
            int compressed,

            @Doc("perceptron from these to Y") Mlp.Config mlp)
            implements Projection {
        public Attentive {
            Projection.check(rank);
            if (compressed <= 0) {
                throw new IllegalArgumentException("`compressed` must be positive, got " + compressed);
            }
        }

        public static Attentive defaults() {
            return new Attentive(24, 8, Mlp.Config.of(64));
        }
    }

    private static void check(int rank) {
        if (rank <= 0) {
            throw new IllegalArgumentException("the projection's `rank` must be positive, got " + rank);
        }
    }
}
