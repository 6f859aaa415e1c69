package dev.herd.models;

import dev.herd.data.FeatureSchema;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.graph.Graph;
import dev.herd.nn.graph.Recorder;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Records a ranking model's forward pass as a [Graph].
///
/// **Shapes**: the graph's inputs are `dense[B, I]` then for each group its name with
/// `[B, F, D]` (when it pools), then for each of its sequences `sequence/<feature>` with `[B, maxLength,
/// D]` and `mask/<feature>` with `[B, maxLength]`. The output is `[B, K]`.
public final class ModelGraph {
    public static final String DENSE = "dense";
    public static final String SEQUENCE = "sequence/";
    public static final String MASK = "mask/";

    private ModelGraph() {}

    /// Records a network that exists.
    ///
    /// @param groups as its factory declared them for this schema
    public static Graph of(RankingModel model, List<EmbeddingGroup> groups, FeatureSchema schema) {
        Recorder recorder = new Recorder();
        int inputs = schema.dense().size();
        Tensor dense = recorder.input(DENSE, Recorder.BATCH, inputs);
        Map<String, Tensor> embeddings = new HashMap<>();
        Map<String, ModelInput.Sequence> sequences = new HashMap<>();
        for (EmbeddingGroup group : groups) {
            int pooled = group.pooled().size();
            if (pooled > 0) {
                embeddings.put(group.name(), recorder.input(group.name(), Recorder.BATCH, pooled, group.width()));
            }
            for (EmbeddingGroup.Sequence sequence : group.sequences()) {
                String feature = sequence.feature();
                int length = sequence.maxLength();
                sequences.put(
                        feature,
                        new ModelInput.Sequence(
                                recorder.input(SEQUENCE + feature, Recorder.BATCH, length, group.width()),
                                recorder.input(MASK + feature, Recorder.BATCH, length)));
            }
        }
        return recorder.graph(model.forward(recorder, new ModelInput(dense, embeddings, sequences)));
    }

    /// Records a model that has yet to be made, for its shapes: parameters live in the arena.
    public static Graph of(ConfiguredModel<?> model, FeatureSchema schema, Arena arena) {
        Parameters parameters = Parameters.create(arena, 0);
        return of(model.create(schema, parameters.root()), model.embeddings(schema), schema);
    }
}
