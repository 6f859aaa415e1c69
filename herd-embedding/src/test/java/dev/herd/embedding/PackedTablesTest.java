package dev.herd.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.KeyedJaggedTensor;
import dev.herd.numerics.WorkerPool;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Tables whose rows are held in few bits.
class PackedTablesTest {
    private static final int ROWS = 50;
    private static final int SIZE = 40;
    private static final EmbeddingOptimizer PLAIN = new EmbeddingOptimizer.ExactSgd(Decay.NONE);
    private static final List<String> KEYS = List.of("user", "item", "history");

    private static EmbeddingBagCollection tables(int dim, RowFormat format, WorkerPool pool) {
        return EmbeddingBagCollection.create(
                List.of(new EmbeddingBagConfig("all", ROWS, dim, KEYS, PoolingType.MEAN, format, RowInit.normal(1))),
                PLAIN,
                3,
                pool);
    }

    /// Unpacked rows are fp32 numbers like any others, so the sums are those of an fp32 table of these numbers.
    @ParameterizedTest
    @EnumSource
    void lookupsReadThePackedRowsAndSumWhatTheyMean(RowFormat format) {
        KeyedJaggedTensor batch = Batches.random(KEYS, SIZE, 6, ROWS, true, 1);
        for (int dim : new int[] {5, 16, 24, 64}) {
            try (WorkerPool pool = WorkerPool.create(2);
                    EmbeddingBagCollection packed = tables(dim, format, pool);
                    EmbeddingBagCollection plain = tables(dim, RowFormat.FP32, pool)) {
                EmbeddingTable from = packed.tables().getFirst();
                assertThat(from.weights().byteSize()).isEqualTo(ROWS * format.rowBytes(dim));
                EmbeddingTable to = plain.tables().getFirst();
                for (int row = 0; row < ROWS; row++) {
                    to.stored().write(row, java.lang.foreign.MemorySegment.ofArray(from.row(row)), 0);
                }
                float[] expected = Batches.floats(plain.lookup(batch).values());
                assertThat(Batches.floats(packed.lookup(batch).values()))
                        .as("width %s", dim)
                        .containsExactly(expected);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void holdingRowsRoundsThemAsTheyWereTrainedAndHoldingThemAsTrainedRestoresTheBits(RowFormat format) {
        try (WorkerPool pool = WorkerPool.create(1);
                EmbeddingBagCollection trained = tables(16, RowFormat.FP32, pool);
                EmbeddingBagCollection fresh = tables(16, format, pool)) {
            EmbeddingTable table = trained.tables().getFirst();
            float[] before = table.row(7);
            table.hold(RowFormat.MX4);
            table.hold(format);
            assertThat(table.precision()).isEqualTo(format);
            assertThat(table.row(7)).containsExactly(fresh.tables().getFirst().row(7));
            table.hold(RowFormat.FP32);
            assertThat(table.row(7)).containsExactly(before);
        }
    }

    @Test
    void rowsThatAreBeingTrainedAreNotRounded() {
        EmbeddingBagConfig config = EmbeddingBagConfig.of("t", 4, 8, List.of("user"));
        try (WorkerPool pool = WorkerPool.create(1);
                EmbeddingBagCollection tables =
                        EmbeddingBagCollection.create(List.of(config), EmbeddingOptimizer.rowWiseAdagrad(), 3, pool)) {
            EmbeddingTable table = tables.tables().getFirst();
            assertThatThrownBy(() -> table.hold(RowFormat.MX6))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is being trained");
        }
    }

    @Test
    void formatsAreNamedAsPeopleWriteThem() {
        assertThat(RowFormat.named(" MXFP8_e4m3")).contains(RowFormat.MXFP8_E4M3);
        assertThat(RowFormat.named("int8-row")).contains(RowFormat.INT8_ROW);
        assertThat(RowFormat.named("mx7")).isEmpty();
        assertThat(RowFormat.MX6.rowBytes(16)).isEqualTo(12);
        assertThat(RowFormat.FP16.rowBytes(10)).isEqualTo(20);
    }
}
