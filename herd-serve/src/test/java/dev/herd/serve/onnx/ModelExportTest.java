package dev.herd.serve.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import ai.onnxruntime.OrtException;
import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.FeatureSchema.DenseFeature;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.data.config.Config;
import dev.herd.models.ModelFactory;
import dev.herd.models.zoo.ModelZoo;
import dev.herd.train.TrainConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelExportTest {
    /// Two layers of all five interactions, but for how they are joined.
    private static final String DHEN = "{name: dhen, embedding_dim: 6, layers: 2, stack: [{modules: ["
            + "{kind: dot, embeddings: 4}, {kind: attention, embeddings: 4, encoder: {heads: 2}},"
            + " {kind: linear, embeddings: 4}, {kind: cross, embeddings: 4},"
            + " {kind: convolution, embeddings: 4, kernel: 3}], ensemble: ";

    private static final int[] BATCHES = {1, 2, 7, 64};

    @TempDir
    private Path folder;

    static Stream<String> models() {
        return ModelZoo.all().stream().map(factory -> {
            boolean narrow = Config.describe(defaults(factory)).stream()
                    .anyMatch(key -> key.key().equals("embedding_dim"));
            return "{name: " + factory.name() + (narrow ? ", embedding_dim: 8}" : "}");
        });
    }

    private static Record defaults(ModelFactory<?> factory) {
        return factory.defaults();
    }

    @ParameterizedTest
    @MethodSource("models")
    void everyModelComputesTheSameInOnnxRuntime(String model) throws OrtException {
        compare(model, schema(3));
    }

    @ParameterizedTest
    @MethodSource("models")
    void everyModelComputesTheSameWithoutNumericInputs(String model) throws OrtException {
        compare(model, schema(0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{name: dlrm, embedding_dim: 5, interaction: cat}",
                "{name: dnn, embedding_dim: 5, deep: {hidden: [8, 6], normalization: layer, activation: gelu}}",
                "{name: dcnv2, embedding_dim: 5, structure: stacked, cross: {layers: 2, rank: 3}}",
                "{name: dcnv2, embedding_dim: 5, structure: parallel, cross: {layers: 2, rank: 3, experts: 3}}",
                "{name: dcnv2, embedding_dim: 5, structure: cross_only, cross: {layers: 3}}",
                "{name: wukong, embedding_dim: 5, layers: 2, projection: full, fm_embeddings: [4], lcb_embeddings: [3]}",
                "{name: wukong, embedding_dim: 5, layers: 2, projection: {kind: static, rank: 2}, layer_norm: false}",
                "{name: wukong, embedding_dim: 5, dense: embed, projection: {kind: attentive, rank: 3}}",
                "{name: wukong, embedding_dim: 5, layers: 2, fm_embeddings: [4, 3], lcb_embeddings: [3, 2]}",
                DHEN + "concat}]}",
                DHEN + "sum}]}",
                DHEN + "weighted_sum}]}",
                DHEN + "gated}]}",
                "{name: dlrm, embedding_dim: 5, interaction: dot, dense: embed, top: {hidden: [6], normalization: batch}}",
                "{name: dlrm, embedding_dim: 4, sequences: {kind: attention, max_length: 6}}",
                "{name: dcnv2, embedding_dim: 4, sequences: {kind: transformer, layers: 2, summary: attention}}",
                "{name: masknet, embedding_dim: 4, structure: serial, blocks: [6, 5], block_norm: false}",
                "{name: fibinet, embedding_dim: 4, bilinear: field_all, shared_bilinear: false}",
                "{name: fibinet, embedding_dim: 4, bilinear: field_each}",
                "{name: finalmlp, embedding_dim: 4, first: {context: [tags, user]}, second: {context: [item]}}",
                "{name: finalmlp, embedding_dim: 4, feature_selection: false}",
                "{name: mmoe, embedding_dim: 4, experts: 3, gate: {hidden: [5]}}",
                "{name: ple, embedding_dim: 4, levels: 3, task_experts: 1}",
            })
    void variantsComputeTheSameInOnnxRuntime(String model) throws OrtException {
        compare(model, schema(3));
    }

    @Test
    void parallelSequencesComputeTheSameInOnnxRuntime() throws OrtException {
        FeatureSchema one = schema(2);
        List<SparseFeature> ids = new ArrayList<>(one.sparse());
        ids.add(new SparseFeature("categories", Arity.SEQUENCE, 6, false));
        compare(
                "{name: dlrm, embedding_dim: 4, sequences: {kind: transformer, max_length: 6, parallel: [[history,"
                        + " categories]]}}",
                new FeatureSchema(one.labels(), one.dense(), ids, null, null, "item"));
    }

    private void compare(String model, FeatureSchema schema) throws OrtException {
        TrainConfig config = Config.parse("model: " + model, "test", List.of(), TrainConfig.defaults());
        try (Trial trial = trial(config, schema)) {
            Path file = folder.resolve("model.onnx");
            new OnnxFile(file, true, OnnxFile.EMBEDDED_AT_MOST)
                    .write(OnnxModel.of(trial.source(), OnnxExport.Inputs.EMBEDDINGS), Progress.SILENT);
            try (OrtModel exported = OrtModel.open(file)) {
                for (int rows : BATCHES) {
                    Map<String, float[]> batch = trial.batch(rows);
                    float[] expected = trial.logits(batch, rows);
                    Map<String, float[]> outputs = trial.run(exported, batch, rows);
                    String what = model + ", " + rows + " rows";
                    if (rows > 2) {
                        Agreement.checkVaried(what, expected);
                    }
                    Agreement.check(what, Found.in(outputs, OnnxModel.LOGITS), expected);
                    Agreement.check(what, Found.in(outputs, OnnxModel.PROBABILITIES), Agreement.sigmoid(expected));
                }
            }
        }
    }

    private static Trial trial(TrainConfig config, FeatureSchema schema) {
        try {
            return new Trial(ModelZoo.configured(config.model()), schema);
        } catch (InputException e) {
            assertThat(schema.dense()).as(e.getMessage()).isEmpty();
            assertThat(e).hasMessageContaining("numeric");
            return abort("the model refuses a schema without numeric inputs: " + e.getMessage());
        }
    }

    /// Two labels, and id features of every arity.
    private static FeatureSchema schema(int dense) {
        return new FeatureSchema(
                List.of("click", "like"),
                IntStream.range(0, dense)
                        .mapToObj(i -> new DenseFeature("number" + i))
                        .toList(),
                List.of(
                        new SparseFeature("user", Arity.SINGLE, 30, false),
                        new SparseFeature("item", Arity.SINGLE, 20, false),
                        new SparseFeature("tags", Arity.MULTI, 10, true),
                        new SparseFeature("history", Arity.SEQUENCE, 20, false)),
                null,
                null,
                "item");
    }
}
