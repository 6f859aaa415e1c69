package dev.herd.numerics.format;

import static dev.herd.numerics.format.Rows.segment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.numerics.format.BlockCodec.Axis;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class QuantizerTest {
    private static final List<int[]> SHAPES = List.of(
            new int[] {1, 1}, new int[] {1, 37}, new int[] {37, 1}, new int[] {2, 16}, new int[] {16, 3}, new int[] {
                33, 31
            });

    /// What happens to a matrix before it is rounded.
    private enum Oddity {
        NONE {
            @Override
            float[] of(float[] values) {
                return values;
            }
        },
        /// NaN, infinities and zeros of both signs among ordinary numbers.
        SPECIALS {
            @Override
            float[] of(float[] values) {
                float[] odd = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0f, 0f};
                for (int i = 0; i < values.length; i += 1 + values.length / 7) {
                    values[i] = odd[i % odd.length];
                }
                return values;
            }
        },
        ZEROS {
            @Override
            float[] of(float[] values) {
                for (int i = 0; i < values.length; i++) {
                    values[i] = Math.copySign(i % 67 == 66 ? values[i] : 0, values[i]);
                }
                return values;
            }
        },
        SUBNORMAL {
            @Override
            float[] of(float[] values) {
                return scaled(values, -130);
            }
        },
        /// Tiny, ordinary and huge numbers within one block.
        WIDE {
            @Override
            float[] of(float[] values) {
                for (int i = 0; i < values.length; i++) {
                    values[i] = scaled(new float[] {values[i]}, i % 9 * 28 - 125)[0];
                }
                return values;
            }
        },
        HUGE {
            @Override
            float[] of(float[] values) {
                return scaled(values, 126);
            }
        };

        abstract float[] of(float[] values);

        /// With the exponent of the first number that is not zero moved to a place.
        private static float[] scaled(float[] values, int exponent) {
            int size = Integer.MIN_VALUE;
            for (float value : values) {
                size = Math.max(size, value == 0 ? Integer.MIN_VALUE : Math.getExponent(value));
            }
            for (int i = 0; i < values.length; i++) {
                values[i] = size == Integer.MIN_VALUE ? values[i] : Math.scalb(values[i], exponent - size);
            }
            return values;
        }
    }

    static Stream<NumberFormat> formats() {
        return Stream.concat(
                NumberFormats.all().stream(),
                Stream.of(
                        NumberFormats.MXFP4.withRule(ScaleRule.RCEIL),
                        NumberFormats.MX6.withRounding(Rounding.HALF_AWAY),
                        NumberFormats.MX4.withRounding(Rounding.STOCHASTIC)));
    }

    @ParameterizedTest
    @MethodSource("formats")
    void matricesAreRoundedToTheBitsOfTheDefinition(NumberFormat format) {
        for (int[] shape : SHAPES) {
            for (Oddity oddity : Oddity.values()) {
                for (Axis axis : Axis.values()) {
                    float[] values = oddity.of(Rows.numbers(shape[0] * shape[1], shape[0] * 131L + shape[1]));
                    assertThat(rounded(BlockCodec.of(format), values, shape, axis))
                            .as("%s x %s, %s, %s", shape[0], shape[1], oddity, axis)
                            .isEqualTo(rounded(BlockCodec.scalar(format), values, shape, axis));
                }
            }
        }
    }

    private static float[] rounded(BlockCodec codec, float[] values, int[] shape, Axis axis) {
        MemorySegment matrix = segment(values);
        codec.quantize(matrix, 0, shape[0], shape[1], axis, 7);
        return matrix.asSlice(0, values.length * 4L).toArray(ValueLayout.JAVA_FLOAT);
    }

    @ParameterizedTest
    @MethodSource("formats")
    void whatIsRoundedElsewhereLeavesItsSourceAlone(NumberFormat format) {
        int rows = 21;
        int columns = 35;
        int n = rows * columns;
        float[] values = Rows.numbers(n, 11);
        for (Axis axis : Axis.values()) {
            MemorySegment from = segment(values);
            MemorySegment to = segment(new float[n + 2]);
            BlockCodec.of(format).quantize(from, 0, to, 1, rows, columns, axis, 7);
            assertThat(from.toArray(ValueLayout.JAVA_FLOAT)).isEqualTo(values);
            float[] result = to.toArray(ValueLayout.JAVA_FLOAT);
            assertThat(Arrays.copyOfRange(result, 1, n + 1))
                    .isEqualTo(rounded(BlockCodec.of(format), values, new int[] {rows, columns}, axis));
            assertThat(result[0]).isZero();
            assertThat(result[n + 1]).isZero();
        }
    }

    @Test
    void blocksRunAlongTheAxis() {
        float[] values = new float[16 * 16];
        Arrays.fill(values, 0.25f);
        values[0] = 1000;
        float[] rows = rounded(BlockCodec.of(NumberFormats.MX4), values, new int[] {16, 16}, Axis.ROWS);
        float[] columns = rounded(BlockCodec.of(NumberFormats.MX4), values, new int[] {16, 16}, Axis.COLUMNS);
        assertThat(rows[5]).isZero();
        assertThat(rows[5 * 16]).isEqualTo(0.25f);
        assertThat(columns[5]).isEqualTo(0.25f);
        assertThat(columns[5 * 16]).isZero();
    }

    @Test
    void aMatrixThatDoesNotFitIsRefused() {
        MemorySegment values = segment(new float[12]);
        assertThatThrownBy(() -> BlockCodec.of(NumberFormats.MX6).quantize(values, 1, 3, 4, Axis.ROWS, 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
