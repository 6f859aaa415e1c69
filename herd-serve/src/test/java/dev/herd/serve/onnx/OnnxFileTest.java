package dev.herd.serve.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.herd.data.FeatureSchema;
import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.nn.Init;
import dev.herd.nn.Parameters;
import dev.herd.nn.graph.Graph;
import dev.herd.nn.graph.Recorder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxFileTest {
    private static final FeatureSchema SCHEMA = new FeatureSchema(
            List.of("a", "b", "c"), List.of(new FeatureSchema.DenseFeature("x")), List.of(), null, null, null);

    @TempDir
    private Path folder;

    private final Arena arena = Arena.ofConfined();
    private Path path;

    @BeforeEach
    void open() {
        path = folder.resolve("model.onnx");
    }

    @AfterEach
    void close() {
        arena.close();
    }

    /// Two maps with 3 and 6 weights.
    private OnnxModel model(float weight) {
        Recorder recorder = new Recorder();
        Parameters.Scope scope = Parameters.create(arena, 1).root();
        Graph graph = recorder.graph(recorder.linear(
                recorder.linear(
                        recorder.input("dense", Recorder.BATCH, 1),
                        scope.parameter("first", new Init.Constant(weight), 2, 1),
                        null),
                scope.parameter("second", new Init.Constant(2), 3, 2),
                scope.parameter("bias", new Init.Constant(1), 3)));
        return OnnxModel.of(new Source("test", SCHEMA, graph, Map.of()), OnnxExport.Inputs.EMBEDDINGS);
    }

    private float[] run() throws OrtException {
        try (OrtModel exported = OrtModel.open(path)) {
            OnnxTensor x = OrtModel.tensor(new float[] {1, 10}, 2, 1);
            return Found.in(exported.run(Map.of("dense", x)), OnnxModel.LOGITS);
        }
    }

    @Test
    void weightsBeyondTheLimitLieInASecondFileAtPlacesThatCanBeMapped() throws IOException, OrtException {
        OnnxFile.Written written = new OnnxFile(path, false, 43).write(model(3), Progress.SILENT);
        Path data = folder.resolve("model.onnx.data");
        assertThat(written.files()).containsExactly(path, data);
        assertThat(written.bytes()).isEqualTo(Files.size(path) + Files.size(data));
        assertThat(Files.size(data)).isEqualTo(2 * OnnxFile.ALIGNMENT + 12);
        assertThat(Files.readString(path, java.nio.charset.StandardCharsets.ISO_8859_1))
                .contains("model.onnx.data")
                .contains("65536")
                .contains("131072");
        assertThat(run()).containsExactly(13, 13, 13, 121, 121, 121);
    }

    @Test
    void weightsUpToTheLimitLieInTheModel() throws OrtException {
        OnnxFile.Written written = new OnnxFile(path, false, 44).write(model(3), Progress.SILENT);
        assertThat(written.files()).containsExactly(path);
        assertThat(folder).isDirectoryNotContaining(file -> !file.equals(path));
        assertThat(run()).containsExactly(13, 13, 13, 121, 121, 121);
    }

    @Test
    void bothFilesAreReplacedTogetherAndOnlyWhenAsked() throws IOException, OrtException {
        new OnnxFile(path, false, 0).write(model(3), Progress.SILENT);
        Files.delete(path);
        assertThatThrownBy(() -> new OnnxFile(path, false, 0).write(model(4), Progress.SILENT))
                .isInstanceOf(InputException.class)
                .hasMessage(folder.resolve("model.onnx.data")
                        + ": exists already; choose another name, or replace it by --force");
        assertThat(path).doesNotExist();
        new OnnxFile(path, true, 0).write(model(4), Progress.SILENT);
        assertThat(run()).containsExactly(17, 17, 17, 161, 161, 161);
        new OnnxFile(path, true, 1000).write(model(3), Progress.SILENT);
        assertThat(run()).containsExactly(13, 13, 13, 121, 121, 121);
        assertThat(folder).isDirectoryNotContaining(file -> !file.equals(path));
    }

    @Test
    void aDiskThatFailsLeavesTheOldFileAndNothingElse() throws IOException {
        Files.writeString(path, "old");
        Progress failing = (what, total, unit) -> new Progress.Task() {
            @Override
            public void advance(long units) {
                throw new UncheckedIOException(new IOException("No space left on device"));
            }

            @Override
            public void note(String key, double value) {}

            @Override
            public void close() {}
        };
        for (long limit : new long[] {0, OnnxFile.EMBEDDED_AT_MOST}) {
            assertThatThrownBy(() -> new OnnxFile(path, true, limit).write(model(3), failing))
                    .hasMessageContaining("No space left");
            assertThat(path).hasContent("old");
            assertThat(folder).isDirectoryNotContaining(file -> !file.equals(path));
        }
    }

    @Test
    void theProgressEndsAtItsTotal() {
        for (long limit : new long[] {0, OnnxFile.EMBEDDED_AT_MOST}) {
            long[] counts = new long[2];
            Progress counting = (what, total, unit) -> {
                counts[0] = total;
                counts[1] = 0;
                return new Progress.Task() {
                    @Override
                    public void advance(long units) {
                        counts[1] += units;
                    }

                    @Override
                    public void note(String key, double value) {}

                    @Override
                    public void close() {}
                };
            };
            new OnnxFile(path, true, limit).write(model(3), counting);
            assertThat(counts[1]).isEqualTo(counts[0]).isPositive();
        }
    }
}
