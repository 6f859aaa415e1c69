package dev.herd.models;

import dev.herd.nn.Tensor;
import java.util.Map;

/// What the forward pass of a ranking model sees.
///
/// **Shapes**: `dense[B, I]`; each group of pooled embeddings `[B, F, D]`, features in the schema's order.
///
/// @param dense numeric inputs; has zero columns when the schema has none
/// @param embeddings pooled embeddings by the name of their [EmbeddingGroup]
public record ModelInput(Tensor dense, Map<String, Tensor> embeddings) {
    public ModelInput {
        embeddings = Map.copyOf(embeddings);
    }

    /// The pooled embeddings `[B, F, D]` of a group the model declared.
    public Tensor embeddings(String group) {
        Tensor found = embeddings.get(group);
        if (found == null) {
            throw new IllegalArgumentException("no embedding group '" + group + "'; there are " + embeddings.keySet());
        }
        return found;
    }
}
