package dev.herd.numerics.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.numerics.CounterRandom;
import dev.herd.numerics.block.BlockFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BlockRowsTest {
    /// Random bytes are valid blocks: every code, scales of both signs, infinite and NaN among them.
    @ParameterizedTest
    @EnumSource
    void blocksOfAnyBytesHaveTheBitsOfTheDefinition(BlockFormat format) {
        for (int blocks : new int[] {0, 1, 3, 17, 500}) {
            long bytes = (long) blocks * format.bytes();
            long numbers = (long) blocks * format.width();
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment from = arena.allocate(bytes + 3);
                for (long i = 0; i < from.byteSize(); i++) {
                    from.set(ValueLayout.JAVA_BYTE, i, (byte) CounterRandom.bits(3, format.ordinal(), i));
                }
                MemorySegment expected = arena.allocate((numbers + 2) * 4);
                MemorySegment actual = arena.allocate((numbers + 2) * 4);
                new ScalarBlockRows().decode(format, from, 3, expected, 1, blocks);
                new VectorBlockRows().decode(format, from, 3, actual, 1, blocks);
                for (long i = 0; i < numbers + 2; i++) {
                    float wanted = expected.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                    float found = actual.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                    assertThat(Float.floatToIntBits(found))
                            .as("%s number %s: %s, definition %s", format, i, found, wanted)
                            .isEqualTo(Float.floatToIntBits(wanted));
                }
            }
        }
    }

    /// Every other row's bytes lack the bit that makes scales and floats huge, so that its product is finite.
    @ParameterizedTest
    @EnumSource
    void innerProductsHaveTheBitsOfDecodedRows(BlockFormat format) {
        int rows = 5;
        for (int inner : new int[] {256, 768}) {
            long bytes = rows * format.rowBytes(inner);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment from = arena.allocate(bytes);
                for (long i = 0; i < bytes; i++) {
                    int kept = i / format.rowBytes(inner) % 2 == 0 ? 0xBF : 0xFF;
                    from.set(ValueLayout.JAVA_BYTE, i, (byte) (CounterRandom.bits(4, format.ordinal(), i) & kept));
                }
                MemorySegment x = arena.allocate((inner + 1) * 4L);
                for (int i = 0; i <= inner; i++) {
                    x.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) CounterRandom.gaussian(5, 0, i));
                }
                MemorySegment scratch = arena.allocate(inner * 4L);
                MemorySegment expected = arena.allocate((rows + 1) * 4L);
                MemorySegment actual = arena.allocate((rows + 1) * 4L);
                new ScalarBlockDots().multiply(format, from, 0, rows, x, 1, inner, expected, 1, scratch);
                new VectorBlockDots().multiply(format, from, 0, rows, x, 1, inner, actual, 1, scratch);
                assertThat(expected.getAtIndex(ValueLayout.JAVA_FLOAT, 1)).isFinite();
                for (int i = 0; i <= rows; i++) {
                    float wanted = expected.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                    float found = actual.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                    assertThat(Float.floatToIntBits(found))
                            .as("%s row %s: %s, definition %s", format, i - 1, found, wanted)
                            .isEqualTo(Float.floatToIntBits(wanted));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void segmentsThatAreTooShortAreRefused(BlockFormat format) {
        MemorySegment bytes = Arena.ofAuto().allocate(format.bytes() * 2L - 1);
        MemorySegment numbers = Arena.ofAuto().allocate(format.width() * 8L);
        assertThatThrownBy(() -> BlockRows.decode(format, bytes, 0, numbers, 0, 2))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> BlockRows.decode(format, bytes, 0, numbers, format.width() + 1, 1))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
