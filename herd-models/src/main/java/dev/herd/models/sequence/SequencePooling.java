package dev.herd.models.sequence;

import dev.herd.data.config.Doc;
import dev.herd.nn.layer.TransformerEncoder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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
            int maxLength,

            @Doc("lists of sequences that tell of the same events, place by place, such as [[items, categories]]:"
                    + " one module reads each list; any other sequence has a module of its own")
            List<List<String>> parallel)
            implements SequencePooling {
        public Attention {
            checkLength(maxLength);
            parallel = lists(parallel);
        }

        public static Attention defaults() {
            return of(50);
        }

        /// Every sequence for itself.
        public static Attention of(int maxLength) {
            return new Attention(maxLength, List.of());
        }
    }

    /// Transformer layers over the embeddings and their places, then one embedding of all places.
    record Transformer(
            @Doc("most ids of a row that count, the newest ones")
            int maxLength,

            @Doc("transformer layers") int layers,
            @Doc("the transformer layers") TransformerEncoder.Config encoder,

            @Doc("what goes on of the places: mean, or attention (of a learned query)")
            Summary summary,

            @Doc("lists of sequences that tell of the same events, place by place, such as [[items, categories]]:"
                    + " one module reads each list; any other sequence has a module of its own")
            List<List<String>> parallel)
            implements SequencePooling {
        public Transformer {
            checkLength(maxLength);
            parallel = lists(parallel);
            if (layers < 1) {
                throw new IllegalArgumentException("`layers` must be positive, got " + layers);
            }
        }

        public static Transformer defaults() {
            return of(50, 1, TransformerEncoder.Config.defaults(), Summary.MEAN);
        }

        /// Every sequence for itself.
        public static Transformer of(int maxLength, int layers, TransformerEncoder.Config encoder, Summary summary) {
            return new Transformer(maxLength, layers, encoder, summary, List.of());
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

    private static List<List<String>> lists(List<List<String>> parallel) {
        Set<String> seen = new HashSet<>();
        for (List<String> list : parallel) {
            if (list.size() < 2) {
                throw new IllegalArgumentException("`parallel` lists sequences that are read together, at least two,"
                        + " got " + list + "; a sequence that is not listed has a module of its own");
            }
            for (String feature : list) {
                if (!seen.add(feature)) {
                    throw new IllegalArgumentException("`parallel` names the sequence '" + feature + "' twice");
                }
            }
        }
        return parallel.stream().map(List::copyOf).toList();
    }

    private static void checkLength(int maxLength) {
        if (maxLength < 1) {
            throw new IllegalArgumentException("`max_length` must be positive, got " + maxLength);
        }
    }
}
