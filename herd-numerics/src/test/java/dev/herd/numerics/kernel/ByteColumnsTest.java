package dev.herd.numerics.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.numerics.CounterRandom;
import dev.herd.numerics.block.BlockFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ByteColumnsTest {
    @Test
    void columnsAreWhatTheirBlocksStandFor() {
        int rows = 96;
        for (int columns : new int[] {1, 7, 16, 64, 80}) {
            long blockBytes = BlockFormat.Q8_0.rowBytes(rows);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment x = arena.allocate(4L * rows * columns);
                MemorySegment blocks = arena.allocate(blockBytes);
                MemorySegment upright = arena.allocate(blockBytes * columns + 3);
                float[] expected = new float[rows * columns];
                for (int column = 0; column < columns; column++) {
                    for (int row = 0; row < rows; row++) {
                        float number = (float) (CounterRandom.gaussian(1, column, row) * Math.pow(10, row / 32 - 1));
                        x.setAtIndex(ValueLayout.JAVA_FLOAT, (long) column * rows + row, number);
                    }
                    ByteColumns.encode(x, (long) column * rows, upright, 3, rows, columns, column);
                    BlockFormat.Q8_0.encode(x, (long) column * rows, blocks, 0, rows / 32);
                    float[] decoded = BlockFormat.Q8_0.decode(blocks, 0, rows / 32);
                    for (int row = 0; row < rows; row++) {
                        expected[row * columns + column] = decoded[row];
                    }
                }
                assertThat(decoded(new ScalarByteColumns(), upright, rows, columns))
                        .isEqualTo(expected);
                assertThat(decoded(new VectorByteColumns(), upright, rows, columns))
                        .isEqualTo(expected);
            }
        }
    }

    private static float[] decoded(ByteColumns.Kernel kernel, MemorySegment upright, int rows, int columns) {
        float[] all = new float[rows * columns + 2];
        kernel.decode(upright, 3, rows, columns, MemorySegment.ofArray(all), 1);
        assertThat(all[0] + all[all.length - 1]).isZero();
        return Arrays.copyOfRange(all, 1, all.length - 1);
    }

    @Test
    void whatLeavesASegmentIsRefused() {
        MemorySegment bytes = MemorySegment.ofArray(new byte[34 * 4]);
        MemorySegment numbers = MemorySegment.ofArray(new float[32 * 4]);
        ByteColumns.decode(bytes, 0, 32, 4, numbers, 0);
        assertThatThrownBy(() -> ByteColumns.decode(bytes, 1, 32, 4, numbers, 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> ByteColumns.decode(bytes, 0, 32, 4, numbers, 1))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> ByteColumns.encode(numbers, 0, bytes, 0, 32, 4, 4))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> ByteColumns.decode(bytes, 0, 16, 4, numbers, 0))
                .hasMessage("a row of 16 numbers is not made of whole Q8_0 blocks of 32");
    }
}
