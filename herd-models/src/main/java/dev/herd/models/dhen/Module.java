package dev.herd.models.dhen;

import dev.herd.data.config.Doc;
import dev.herd.models.interaction.Interaction;
import dev.herd.models.interaction.LinearCombinations;
import dev.herd.nn.Parameters;
import dev.herd.nn.layer.Mlp;
import dev.herd.nn.layer.TransformerEncoder;

/// A kind of interaction in a DHEN layer; all give `embeddings` l of them.
///
/// **Paper**: DHEN (arXiv 2203.11014), section 3.1.
public sealed interface Module {
    /// l, the number of embeddings that come out.
    int embeddings();

    /// Declares it for n embeddings of width D.
    Interaction create(Parameters.Scope scope, int n, int width);

    /// Inner products of all pairs through a perceptron: the public stand-in for the paper's in-house
    /// AdvancedDLRM.
    record Dot(
            @Doc("embeddings that come out") int embeddings,
            @Doc("perceptron over the products") Mlp.Config mlp) implements Module {
        public static Dot defaults() {
            return new Dot(8, Mlp.Config.of(256));
        }

        @Override
        public Interaction create(Parameters.Scope scope, int n, int width) {
            return DotInteractions.create(scope, n, width, this);
        }
    }

    /// A transformer encoder layer over the embeddings, then linear combinations.
    record Attention(
            @Doc("embeddings that come out") int embeddings,
            @Doc("the encoder layer") TransformerEncoder.Config encoder)
            implements Module {
        public static Attention defaults() {
            return new Attention(8, TransformerEncoder.Config.defaults());
        }

        @Override
        public Interaction create(Parameters.Scope scope, int n, int width) {
            return AttendedEmbeddings.create(scope, n, width, this);
        }
    }

    /// Linear combinations of the embeddings.
    record Linear(@Doc("embeddings that come out") int embeddings) implements Module {
        public static Linear defaults() {
            return new Linear(8);
        }

        @Override
        public Interaction create(Parameters.Scope scope, int n, int width) {
            return LinearCombinations.create(scope, n, embeddings);
        }
    }

    /// A cross layer `X * (W X + b)` over all entries of X, without its own skip, then linear combinations.
    record Cross(@Doc("embeddings that come out") int embeddings) implements Module {
        public static Cross defaults() {
            return new Cross(8);
        }

        @Override
        public Interaction create(Parameters.Scope scope, int n, int width) {
            return CrossInteractions.create(scope, n, width, embeddings);
        }
    }

    /// A convolution over the plane of n by D numbers, then linear combinations.
    record Convolution(
            @Doc("embeddings that come out") int embeddings,
            @Doc("odd side of the square kernel") int kernel) implements Module {
        public Convolution {
            if (kernel < 1 || kernel % 2 == 0) {
                throw new IllegalArgumentException("`kernel` must be odd and positive, got " + kernel);
            }
        }

        public static Convolution defaults() {
            return new Convolution(8, 5);
        }

        @Override
        public Interaction create(Parameters.Scope scope, int n, int width) {
            return PlaneConvolution.create(scope, n, width, this);
        }
    }
}
