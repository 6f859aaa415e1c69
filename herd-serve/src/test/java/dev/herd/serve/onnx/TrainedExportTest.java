package dev.herd.serve.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import dev.herd.data.Batch;
import dev.herd.data.BatchReader;
import dev.herd.data.Progress;
import dev.herd.data.config.Config;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dataset.ReadOptions;
import dev.herd.data.synthetic.SyntheticLog;
import dev.herd.train.Predictor;
import dev.herd.train.TrainConfig;
import dev.herd.train.TrainedModel;
import dev.herd.train.Trainer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Files that take ids, against the trained model they were made of, on a click log with multi-valued,
/// weighted and sequence features.
class TrainedExportTest {
    private static final String FM = "{name: fm, embedding_dim: 4}";

    @TempDir
    private static Path shared;

    private static Dataset dataset;

    @TempDir
    private Path folder;

    @BeforeAll
    static void generate() {
        SyntheticLog.Config log = Config.parse("""
                rows: 1500
                test: 0.2
                features:
                  categories: [10, 20]
                  tags: [{ids: 30, min_length: 0, max_length: 4, weighted: true}]
                  history: 6
                  dense: 3
                """, "log", List.of(), SyntheticLog.Config.defaults());
        dataset = SyntheticLog.write(log, shared.resolve("log"), 1, Progress.SILENT);
    }

    private TrainedModel train(String model, String tables) {
        Path run = folder.resolve("run");
        TrainConfig config = Config.parse(
                """
                dataset: '%s'
                output: '%s'
                model: %s
                tables: {init: {kind: normal, standard_deviation: 0.5}, %s}
                batch_size: 256
                threads: 1
                """.formatted(dataset.folder(), run, model, tables), "train", List.of(), TrainConfig.defaults());
        Trainer.train(config, Progress.SILENT);
        return TrainedModel.open(run, 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                FM + " precision: fp32",
                FM + " pooling: mean, precision: bf16",
                "{name: dlrm, embedding_dim: 4, bottom: {hidden: [8]}, top: {hidden: [8]}} precision: fp16",
                "{name: din, embedding_dim: 4, deep: {hidden: [8]}} out_of_range: ignore",
                "{name: bst, embedding_dim: 4, deep: {hidden: [8]}} pooling: mean"
            })
    void aFileThatTakesIdsScoresAsTheTrainedModelDoes(String setting) throws OrtException {
        int end = setting.lastIndexOf('}') + 1;
        try (TrainedModel model = train(setting.substring(0, end), setting.substring(end))) {
            Path file = folder.resolve("model.onnx");
            OnnxExport.Result result = OnnxExport.write(model, OnnxExport.Inputs.IDS, file, false, Progress.SILENT);
            assertThat(result.files()).containsExactly(file);
            assertThat(result.bytes()).isEqualTo(file.toFile().length());
            try (OrtModel exported = OrtModel.open(file);
                    BatchReader reader = dataset.reader("test", ReadOptions.inOrder(300, 1))) {
                Batch all = reader.next().orElseThrow();
                assertThat(all.size()).isEqualTo(300);
                compare(model, exported, all);
                compare(model, exported, all.slice(0, 1));
                compare(model, exported, all.slice(1, 8));
            }
        }
    }

    private static void compare(TrainedModel model, OrtModel exported, Batch batch) throws OrtException {
        float[] expected = Predictor.probabilities(model, batch);
        float[] measured = Found.in(
                exported.run(Feeds.of(model.schema(), batch.features(), exported.inputs())), OnnxModel.PROBABILITIES);
        if (batch.size() > 2) {
            Agreement.checkVaried("probabilities", expected);
        }
        Agreement.check(batch.size() + " rows", measured, expected);
    }

    @Test
    void theFileTellsWhatItIs() throws OrtException {
        try (TrainedModel model = train(FM, "out_of_range: last_row")) {
            Path file = folder.resolve("model.onnx");
            OnnxExport.write(model, OnnxExport.Inputs.IDS, file, false, Progress.SILENT);
            try (OrtModel exported = OrtModel.open(file)) {
                assertThat(exported.session().getMetadata().getProducerName()).isEqualTo("herd");
                Map<String, String> metadata = exported.session().getMetadata().getCustomMetadata();
                assertThat(metadata)
                        .containsEntry("herd.model", "fm")
                        .containsEntry("herd.labels", "[\"click\"]")
                        .containsKey("herd.version");
                JsonNode schema = JsonMapper.shared().readTree(metadata.get("herd.schema"));
                assertThat(schema.get("sparse").get(0).get("name").asString()).isEqualTo("user");
                JsonNode inputs = JsonMapper.shared().readTree(metadata.get("herd.inputs"));
                assertThat(inputs.toString())
                        .contains("numeric columns as the dataset's transforms give them: dense0, dense1, dense2")
                        .contains("any other reads the last row")
                        .contains("weights of the ids of tags0");
                assertThat(shape(exported, "tags0/weights")).containsExactly(-1, -1);
                assertThat(shape(exported, "user")).containsExactly(-1);
                assertThat(shape(exported, "dense")).containsExactly(-1, 3);
                TensorInfo output = (TensorInfo) Found.in(exported.session().getOutputInfo(), "probabilities")
                        .getInfo();
                assertThat(output.getShape()).containsExactly(-1, 1);
                assertThat(output.getDimensionNames()[0]).isEqualTo("batch");
            }
        }
    }

    private static long[] shape(OrtModel exported, String input) throws OrtException {
        return ((TensorInfo) Found.in(exported.session().getInputInfo(), input).getInfo()).getShape();
    }
}
