package dev.herd.serve.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.data.Progress;
import dev.herd.embedding.Decay;
import dev.herd.embedding.EmbeddingBagCollection;
import dev.herd.embedding.EmbeddingBagConfig;
import dev.herd.embedding.EmbeddingOptimizer;
import dev.herd.embedding.OutOfRange;
import dev.herd.embedding.PoolingType;
import dev.herd.embedding.RowFormat;
import dev.herd.embedding.RowInit;
import dev.herd.embedding.SequenceEmbedding;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.ModelGraph;
import dev.herd.nn.graph.Graph;
import dev.herd.nn.graph.Recorder;
import dev.herd.numerics.CounterRandom;
import dev.herd.numerics.WorkerPool;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Lookups in the file against those of the tables, one by one: what comes out is the embeddings
/// themselves.
class LookupsTest {
    private static final int ROWS = 9;
    private static final int DIM = 5;
    private static final int LENGTH = 3;
    private static final int WIDTH = DIM * (4 + LENGTH) + LENGTH;
    private static final List<String> FEATURES = List.of("item", "boosted", "tags", "marks", "history");

    private static final FeatureSchema SCHEMA = new FeatureSchema(
            IntStream.range(0, WIDTH).mapToObj(i -> "column" + i).toList(),
            List.of(),
            List.of(
                    new SparseFeature("item", Arity.SINGLE, ROWS, false),
                    new SparseFeature("boosted", Arity.SINGLE, ROWS, true),
                    new SparseFeature("tags", Arity.MULTI, ROWS, false),
                    new SparseFeature("marks", Arity.MULTI, ROWS, true),
                    new SparseFeature("history", Arity.SEQUENCE, ROWS, false)),
            null,
            null,
            null);

    private static final EmbeddingGroup GROUP = new EmbeddingGroup(
            "embedding", DIM, FEATURES.subList(0, 4), List.of(new EmbeddingGroup.Sequence("history", "item", LENGTH)));

    @TempDir
    private Path folder;

    static Stream<Arguments> kinds() {
        return Arrays.stream(OutOfRange.values())
                .flatMap(policy -> Arrays.stream(PoolingType.values())
                        .flatMap(pooling -> Stream.of(RowFormat.FP32, RowFormat.FP16, RowFormat.BF16, RowFormat.MX6)
                                .map(precision -> Arguments.of(policy, pooling, precision))));
    }

    private static EmbeddingBagCollection tables(
            OutOfRange policy, PoolingType pooling, RowFormat precision, WorkerPool pool) {
        List<EmbeddingBagConfig> configs = GROUP.tables(SCHEMA).stream()
                .map(table -> new EmbeddingBagConfig(
                        "embedding/" + table.name(),
                        table.rows(),
                        DIM,
                        table.pooled(),
                        table.sequences().stream()
                                .map(one -> new EmbeddingBagConfig.Sequence(one.feature(), one.maxLength()))
                                .toList(),
                        pooling,
                        precision,
                        RowInit.normal(1),
                        policy))
                .toList();
        return EmbeddingBagCollection.create(configs, new EmbeddingOptimizer.ExactSgd(Decay.NONE), 5, pool);
    }

    /// A graph whose answer is all its inputs side by side.
    private static Graph graph() {
        Recorder recorder = new Recorder();
        return recorder.graph(recorder.concat(
                List.of(
                        recorder.reshape(recorder.input("embedding", Recorder.BATCH, 4, DIM), -1, 4 * DIM),
                        recorder.reshape(
                                recorder.input(ModelGraph.SEQUENCE + "history", Recorder.BATCH, LENGTH, DIM),
                                -1,
                                (long) LENGTH * DIM),
                        recorder.input(ModelGraph.MASK + "history", Recorder.BATCH, LENGTH)),
                1));
    }

    private OrtModel export(EmbeddingBagCollection tables) throws OrtException {
        Source source = new Source("lookups", SCHEMA, graph(), Map.of(GROUP, tables.tables()));
        Path file = folder.resolve("lookups.onnx");
        new OnnxFile(file, true, OnnxFile.EMBEDDED_AT_MOST)
                .write(OnnxModel.of(source, OnnxExport.Inputs.IDS), Progress.SILENT);
        return OrtModel.open(file);
    }

    /// Rows with no id up to six, some ids outside the tables when that is allowed; -1 means padding in
    /// the file.
    private static KeyedJaggedTensor batch(int size, boolean outside) {
        long[] values = new long[size * FEATURES.size() * 6];
        float[] weights = new float[values.length];
        int[] offsets = new int[size * FEATURES.size() + 1];
        int at = 0;
        for (int bag = 0; bag < offsets.length - 1; bag++) {
            boolean single = bag < 2 * size;
            int length = single ? 1 : (int) CounterRandom.below(3, size, bag, 7);
            for (int i = 0; i < length; i++) {
                boolean away = outside && CounterRandom.below(4, bag, i, 4) == 0;
                long id = CounterRandom.below(5, bag, i, ROWS);
                values[at] = away ? ((id & 1) == 0 ? ROWS + id : -2 - id) : id;
                boolean weighted = bag / size == 1 || bag / size == 3;
                weights[at++] = weighted ? (float) CounterRandom.uniform(6, bag, i) + 0.5f : 1;
            }
            offsets[bag + 1] = at;
        }
        return KeyedJaggedTensor.ofWeighted(
                FEATURES, size, Arrays.copyOf(values, at), offsets, Arrays.copyOf(weights, at));
    }

    private static float[] expected(EmbeddingBagCollection tables, KeyedJaggedTensor batch) {
        float[] all = new float[batch.stride() * WIDTH];
        MemorySegment pooled = tables.lookup(batch).values();
        SequenceEmbedding sequence = tables.sequence("history");
        int length = sequence.length();
        for (int row = 0; row < batch.stride(); row++) {
            copy(pooled, row * 4 * DIM, 4 * DIM, all, row * WIDTH);
            int end = row * WIDTH + 4 * DIM + LENGTH * DIM;
            copy(sequence.values(), row * length * DIM, length * DIM, all, end - length * DIM);
            copy(sequence.mask(), row * length, length, all, end + LENGTH - length);
        }
        return all;
    }

    private static void copy(MemorySegment from, int first, int count, float[] to, int at) {
        MemorySegment.copy(from, ValueLayout.JAVA_FLOAT, (long) first * Float.BYTES, to, at, count);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void lookupsInTheFileAreThoseOfTheTables(OutOfRange policy, PoolingType pooling, RowFormat precision)
            throws OrtException {
        try (WorkerPool pool = WorkerPool.create(1);
                EmbeddingBagCollection tables = tables(policy, pooling, precision, pool);
                OrtModel exported = export(tables)) {
            for (int rows : new int[] {1, 2, 7, 64}) {
                KeyedJaggedTensor batch = batch(rows, policy != OutOfRange.FAIL);
                float[] expected = expected(tables, batch);
                for (boolean front : new boolean[] {false, true}) {
                    float[] measured = Found.in(exported.run(Feeds.ids(SCHEMA, batch, front)), OnnxModel.LOGITS);
                    assertThat(Agreement.largest(measured, expected))
                            .as(rows + " rows")
                            .isLessThan(1e-6);
                }
            }
        }
    }

    @Test
    void aBatchWithoutAnyIdGivesZeros() throws OrtException {
        try (WorkerPool pool = WorkerPool.create(1);
                EmbeddingBagCollection tables = tables(OutOfRange.FAIL, PoolingType.MEAN, RowFormat.FP32, pool);
                OrtModel exported = export(tables)) {
            int[] offsets = {0, 1, 2, 3, 4, 4, 4, 4, 4, 4, 4};
            KeyedJaggedTensor batch = KeyedJaggedTensor.ofWeighted(
                    FEATURES, 2, new long[] {1, 2, 3, 4}, offsets, new float[] {1, 1, 1, 1});
            float[] measured = Found.in(exported.run(Feeds.ids(SCHEMA, batch, false)), OnnxModel.LOGITS);
            assertThat(measured).isEqualTo(expected(tables, batch));
            assertThat(Arrays.copyOfRange(measured, 2 * DIM, WIDTH)).containsOnly(0);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {ROWS, -1, -3})
    void anIdOutsideIsRefusedWhereThePolicyIsToFail(long id) throws OrtException {
        try (WorkerPool pool = WorkerPool.create(1);
                EmbeddingBagCollection tables = tables(OutOfRange.FAIL, PoolingType.SUM, RowFormat.FP32, pool);
                OrtModel exported = export(tables)) {
            Map<String, OnnxTensor> feeds = Feeds.ids(SCHEMA, batch(1, false), false);
            feeds.put("item", OrtModel.tensor(new long[] {id}, 1));
            assertThatThrownBy(() -> exported.run(feeds))
                    .isInstanceOf(OrtException.class)
                    .hasMessageContaining("out of data bounds");
        }
    }

    @ParameterizedTest
    @EnumSource
    void tablesAreExportedInThePrecisionTheyAreStoredIn(RowFormat precision) {
        try (WorkerPool pool = WorkerPool.create(1);
                EmbeddingBagCollection tables = tables(OutOfRange.FAIL, PoolingType.SUM, precision, pool)) {
            Source source = new Source("lookups", SCHEMA, graph(), Map.of(GROUP, tables.tables()));
            OnnxModel model = OnnxModel.of(source, OnnxExport.Inputs.IDS);
            assertThat(model.graph().initializers().stream().filter(Initializer::weight))
                    .hasSize(4)
                    .allSatisfy(table -> {
                        assertThat(table.name()).startsWith("embedding/");
                        assertThat(table.data().byteSize())
                                .isEqualTo((long) ROWS
                                        * DIM
                                        * (precision.packed().isPresent() ? Float.BYTES : precision.rowBytes(1)));
                    });
        }
    }
}
