package dev.herd.models.sequence;

import dev.herd.data.config.Doc;
import dev.herd.nn.layer.TransformerEncoder;

/// How a model makes one embedding of a sequence feature.
public sealed interface SequencePooling {
    /// As every other feature of several ids: in its table, as the key `tables.pooling` of the training
    /// says.
    record Table() implements SequencePooling {
        public static Table defaults() {
            return new Table();
        }
    }

    /// The mean of the embeddings, weighted by how well they fit a learned query.
    record Attention(
            @Doc("most ids of a row that count, the newest ones")
            int maxLength) implements SequencePooling {
        public Attention {
            checkLength(maxLength);
        }

        public static Attention defaults() {
            return new Attention(50);
        }
    }

    /// Transformer layers over the embeddings and their places, then one embedding of all places.
    record Transformer(
            @Doc("most ids of a row that count, the newest ones")
            int maxLength,

            @Doc("transformer layers") int layers,
            @Doc("the transformer layers") TransformerEncoder.Config encoder,

            @Doc("what goes on of the places: mean, or attention (of a learned query)")
            Summary summary)
            implements SequencePooling {
        public Transformer {
            checkLength(maxLength);
            if (layers < 1) {
                throw new IllegalArgumentException("`layers` must be positive, got " + layers);
            }
        }

        public static Transformer defaults() {
            return new Transformer(50, 1, TransformerEncoder.Config.defaults(), Summary.MEAN);
        }
    }

    /// What goes on of a transformer's places.
    enum Summary {
        /// the mean of the places that exist
        MEAN,
        /// their mean weighted by a learned query
        ATTENTION
    }

    /// Refuses what does not fit embeddings of D columns, for the key `sequences` of the models'
    /// configurations.
    ///
    /// @param width D
    default void check(int width) {
        if (this instanceof Transformer transformer
                && width % transformer.encoder().heads() != 0) {
            throw new IllegalArgumentException("`sequences.encoder.heads` ("
                    + transformer.encoder().heads() + ") must divide the `embedding_dim` (" + width + ")");
        }
    }

    private static void checkLength(int maxLength) {
        if (maxLength < 1) {
            throw new IllegalArgumentException("`max_length` must be positive, got " + maxLength);
        }
    }
}
