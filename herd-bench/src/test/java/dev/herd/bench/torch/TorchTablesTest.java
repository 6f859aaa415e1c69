package dev.herd.bench.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.pytorch.global.torch.tensor;

import dev.herd.data.KeyedJaggedTensor;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class TorchTablesTest {
    private static final KeyedJaggedTensor BATCH = KeyedJaggedTensor.of(
            List.of("a", "b"), 3, new long[] {1, 1, 2, 0, 3, 1, 3, 3}, new int[] {0, 2, 2, 3, 4, 5, 8});

    @Test
    void bagsAreSplitByTableWithOwnOffsets() {
        TorchBags bags = TorchBags.of(BATCH);
        assertThat(longs(bags.ids().get(0))).containsExactly(1, 1, 2);
        assertThat(longs(bags.offsets().get(0))).containsExactly(0, 2, 2, 3);
        assertThat(longs(bags.ids().get(1))).containsExactly(0, 3, 1, 3, 3);
        assertThat(longs(bags.offsets().get(1))).containsExactly(0, 1, 2, 5);
    }

    @Test
    void oneStepIsExactRowWiseAdagradOnMergedGradients() {
        try (TorchTables tables = TorchTables.create(new long[] {4, 4}, 2, 1e-8)) {
            List<Tensor> gradients = List.of(
                    tensor(new float[] {1, 2, 0, 0, 3, 4}).view(3, 2),
                    tensor(new float[] {1, 0, 0, 1, 0.5f, 0.5f}).view(3, 2));

            tables.train(TorchBags.of(BATCH), gradients, 0.1);

            // row 1 of table 0 is hit twice by bag 0: gradient (2, 4), mean square 10
            assertThat(weight(tables, 0, 1, 0)).isCloseTo(-0.1 * 2 / Math.sqrt(10), within(1e-6));
            assertThat(weight(tables, 0, 1, 1)).isCloseTo(-0.1 * 4 / Math.sqrt(10), within(1e-6));
            // row 3 of table 1: once in bag 1, twice in bag 2: gradient (1, 2), mean square 2.5
            assertThat(weight(tables, 1, 3, 1)).isCloseTo(-0.1 * 2 / Math.sqrt(2.5), within(1e-6));
            assertThat(weight(tables, 0, 3, 0)).isZero();
        }
    }

    private static double weight(TorchTables tables, long table, long row, long column) {
        try (PointerScope scope = new PointerScope()) {
            return tables.weight((int) table).select(0, row).select(0, column).item_float();
        }
    }

    private static long[] longs(Tensor tensor) {
        try (PointerScope scope = new PointerScope()) {
            long[] values = new long[(int) tensor.numel()];
            tensor.data_ptr_long().get(values);
            return values;
        }
    }
}
