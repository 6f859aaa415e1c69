package dev.herd.models;

import dev.herd.nn.Tensor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the forward pass of a ranking model sees.
///
/// **Shapes**: `dense[B, I]`; each group of pooled embeddings `[B, F, D]`, features in the group's order.
///
/// @param dense numeric inputs; has zero columns when the schema has none
/// @param embeddings pooled embeddings by the name of their [EmbeddingGroup]
/// @param sequences unpooled embeddings by the name of their feature
public record ModelInput(Tensor dense, Map<String, Tensor> embeddings, Map<String, Sequence> sequences) {
    public ModelInput {
        embeddings = Map.copyOf(embeddings);
        sequences = Map.copyOf(sequences);
    }

    /// An input without sequences.
    public ModelInput(Tensor dense, Map<String, Tensor> embeddings) {
        this(dense, embeddings, Map.of());
    }

    /// The embeddings of one sequence feature, oldest first, padded at the front: the last place holds the
    /// newest id of every row, so that a place's distance from the end is the same in all rows.
    ///
    /// **Shapes**: `embedding[B, T, D]`, zero where padded; `mask[B, T]`, 1 where there is an id and 0
    /// where padded. T is the longest row of the batch, at least 1 and at most the group's `maxLength`; a
    /// recorder sees `maxLength`. With `rows`, both hold U unique rows in place of B.
    ///
    /// @param rows the unique row that each row of the batch equals; null when every row stands for itself
    public record Sequence(Tensor embedding, Tensor mask, long @Nullable [] rows) {
        /// A sequence with a row for every row of the batch.
        public Sequence(Tensor embedding, Tensor mask) {
            this(embedding, mask, null);
        }
    }

    /// The pooled embeddings `[B, F, D]` of a group the model declared.
    public Tensor embeddings(String group) {
        return found(embeddings, group, "embedding group");
    }

    /// The embeddings of a sequence feature the model declared.
    public Sequence sequence(String feature) {
        return found(sequences, feature, "sequence");
    }

    private static <T> T found(Map<String, T> all, String name, String what) {
        T found = all.get(name);
        if (found == null) {
            throw new IllegalArgumentException("no " + what + " '" + name + "'; there are " + all.keySet());
        }
        return found;
    }
}
