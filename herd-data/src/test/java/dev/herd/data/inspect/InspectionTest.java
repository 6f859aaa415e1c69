package dev.herd.data.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.herd.data.Batch;
import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.FeatureSchema.DenseFeature;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.Features;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.data.Progress;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dataset.DatasetWriter;
import dev.herd.data.inspect.Inspection.SplitFigures;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InspectionTest {
    @TempDir
    Path temp;

    /// Rows of sessions 7, 7, 8, 7 with known figures.
    private Dataset dataset() {
        FeatureSchema schema = new FeatureSchema(
                List.of("click"),
                List.of(new DenseFeature("price")),
                List.of(
                        new SparseFeature("item", Arity.SINGLE, 10, false),
                        new SparseFeature("tags", Arity.MULTI, 1L << 40, false)),
                "user",
                null,
                "item");
        KeyedJaggedTensor sparse = KeyedJaggedTensor.of(
                List.of("item", "tags"), 4, new long[] {3, 3, 0, 5, 1L << 35, 9, 1L << 35, 9}, new int[] {
                    0, 1, 2, 3, 4, 6, 8, 8, 8
                });
        Batch batch = new Batch(
                new Features(4, new float[] {0, 2, 4, 2}, sparse),
                new float[] {1, 0, 0, 0},
                new long[] {7, 7, 8, 7},
                new long[0]);
        try (DatasetWriter writer = DatasetWriter.create(temp.resolve("set"), schema)) {
            writer.write("train", batch);
            return writer.finish();
        }
    }

    @Test
    void figuresAreThoseCountedByHand() {
        SplitFigures train = Objects.requireNonNull(
                Inspection.of(dataset(), 2, Progress.SILENT).splits().get("train"));
        assertThat(train.rows()).isEqualTo(4);
        assertThat(train.labels().getFirst().mean()).isEqualTo(0.25);
        assertThat(train.dense().getFirst().mean()).isEqualTo(2);
        assertThat(train.dense().getFirst().deviation()).isCloseTo(Math.sqrt(2), within(1e-12));
        assertThat(train.dense().getFirst().zeros()).isEqualTo(0.25);
        assertThat(train.sparse().getFirst().distinct()).isEqualTo(3);
        assertThat(train.sparse().getFirst().zeroIds()).isEqualTo(0.25);
        assertThat(train.sparse().getLast().distinct()).isEqualTo(2);
        assertThat(train.sparse().getLast().empty()).isEqualTo(0.5);
        assertThat(train.sparse().getLast().meanLength()).isEqualTo(1);
        assertThat(train.sparse().getLast().maximumLength()).isEqualTo(2);
    }

    @Test
    void repetitionIsCountedWithinSessions() {
        SplitFigures train = Objects.requireNonNull(
                Inspection.of(dataset(), 1, Progress.SILENT).splits().get("train"));
        assertThat(train.sessions().orElseThrow().sessions()).isEqualTo(2);
        assertThat(train.sessions().orElseThrow().meanRows()).isEqualTo(2);
        assertThat(train.sessions().orElseThrow().maximumRows()).isEqualTo(3);
        assertThat(train.sparse().getFirst().repeated()).contains(0.5);
        assertThat(train.sparse().getLast().repeated()).contains(0.5);
    }
}
