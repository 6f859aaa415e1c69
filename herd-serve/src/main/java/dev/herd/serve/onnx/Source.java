package dev.herd.serve.onnx;

import dev.herd.data.FeatureSchema;
import dev.herd.embedding.EmbeddingTable;
import dev.herd.models.EmbeddingGroup;
import dev.herd.nn.graph.Graph;
import java.util.List;
import java.util.Map;

/// What an export starts from.
///
/// @param model name of the kind of model
/// @param graph as [dev.herd.models.ModelGraph] records it
/// @param tables the trained tables behind each group of embeddings
record Source(String model, FeatureSchema schema, Graph graph, Map<EmbeddingGroup, List<EmbeddingTable>> tables) {
    Source {
        tables = Map.copyOf(tables);
    }
}
