package dev.herd.numerics.int8;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.herd.numerics.CounterRandom;
import dev.herd.numerics.block.BlockFormat;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Machine code gives the bits of the definition, and the definition what weights and tokens mean.
class Int8ProductTest {
    private static final Arena ARENA = Arena.ofAuto();

    /// Rows with a gap after them, which nothing may be written to.
    private static final int GAP = 3;

    /// Blocks of any bytes: scales are any fp16 numbers, infinities and NaN among them.
    private static MemorySegment anyBlocks(BlockFormat format, int rows, int columns, int seed) {
        MemorySegment blocks = ARENA.allocate(format.rowBytes(columns) * rows);
        for (long i = 0; i < blocks.byteSize(); i++) {
            blocks.set(ValueLayout.JAVA_BYTE, i, (byte) CounterRandom.below(seed, 1, i, 256));
        }
        return blocks;
    }

    private static MemorySegment gaussian(long count, int seed) {
        MemorySegment numbers = ARENA.allocate(count * Float.BYTES, Float.BYTES);
        for (long i = 0; i < count; i++) {
            numbers.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) CounterRandom.gaussian(seed, 2, i));
        }
        return numbers;
    }

    private static Int8Tokens rounded(MemorySegment x, int count, int columns) {
        Int8Tokens tokens = Int8Tokens.create(ARENA, count, columns);
        tokens.expect(count, columns);
        for (int group = 0; group < tokens.groups(); group++) {
            tokens.round(group, x, 0);
        }
        return tokens;
    }

    private static MemorySegment product(
            Int8Product.Kernel kernel, Coding coding, MemorySegment w, int rows, Int8Tokens x) {
        MemorySegment out = ARENA.allocate((long) x.count() * (rows + GAP) * Float.BYTES, Float.BYTES);
        Int8Scratch scratch = Int8Scratch.create(ARENA, rows, x.columns());
        kernel.multiply(coding, w, rows, x, out, rows + GAP, scratch);
        return out;
    }

    @ParameterizedTest
    @EnumSource(Coding.class)
    void machineCodeGivesTheBitsOfTheDefinition(Coding coding) {
        assumeTrue(Int8Product.obstacle().isEmpty(), () -> "no machine code: " + Int8Product.obstacle());
        Int8Product.Kernel machine = MachineInt8Product.choose().kernel();
        int seed = 0;
        for (int blocks : new int[] {1, 3}) {
            int columns = blocks * coding.format.width();
            for (int rows : new int[] {1, 15, 16, 17, 63}) {
                MemorySegment w = anyBlocks(coding.format, rows, columns, seed);
                for (int count : new int[] {1, 2, 3, 7, 12, 13, 29}) {
                    Int8Tokens x = rounded(gaussian((long) count * columns, seed++), count, columns);
                    MemorySegment expected = product(new ScalarInt8Product(), coding, w, rows, x);
                    MemorySegment actual = product(machine, coding, w, rows, x);
                    for (long i = 0; i < expected.byteSize() / Float.BYTES; i++) {
                        float wanted = expected.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                        float found = actual.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                        assertThat(Float.floatToIntBits(found))
                                .as(
                                        "%d columns, %d rows, %d tokens, number %d: %s, %s",
                                        columns, rows, count, i, found, wanted)
                                .isEqualTo(Float.floatToIntBits(wanted));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Coding.class)
    void codesScalesAndMinimaStandForWhatTheFormatDecodes(Coding coding) {
        int columns = 4 * coding.format.width();
        MemorySegment w = anyBlocks(coding.format, 7, columns, 5);
        CodedRow row = new CodedRow(coding, columns);
        for (int r = 0; r < 7; r++) {
            long at = r * coding.format.rowBytes(columns);
            float[] decoded = coding.format.decode(w, at, 4);
            row.read(w, at);
            for (int i = 0; i < columns; i++) {
                float scaled = row.scale(i / coding.unit) * row.code(i);
                float number = coding.minima ? scaled - row.minimum(i / coding.unit) : scaled;
                assertThat(number == decoded[i] || Float.isNaN(number) && Float.isNaN(decoded[i]))
                        .as("%s, %s at %d", number, decoded[i], i)
                        .isTrue();
            }
        }
    }

    @Test
    void productsAreThoseOfNumbersThatAreWholeAnyway() {
        int columns = 64;
        MemorySegment x = ARENA.allocate(columns * 4L, 4);
        MemorySegment numbers = ARENA.allocate(columns * 4L, 4);
        float expected = 0;
        for (int i = 0; i < columns; i++) {
            float token = i % 32 == 5 ? 127 : i % 11 - 5;
            float weight = i % 32 == 9 ? -127 : i % 7 - 3;
            x.setAtIndex(ValueLayout.JAVA_FLOAT, i, token);
            numbers.setAtIndex(ValueLayout.JAVA_FLOAT, i, weight);
            expected += token * weight;
        }
        MemorySegment w = ARENA.allocate(BlockFormat.Q8_0.rowBytes(columns));
        BlockFormat.Q8_0.encode(numbers, 0, w, 0, 2);
        MemorySegment out = ARENA.allocate(12, 4);
        Int8Scratch scratch = Int8Scratch.create(ARENA, 16, columns);
        Int8Product.multiply(BlockFormat.Q8_0, w, 0, 1, rounded(x, 1, columns), out, 1, 1, scratch);
        assertThat(out.getAtIndex(ValueLayout.JAVA_FLOAT, 1)).isEqualTo(expected);
    }

    @Test
    void roundedTokensAreWithinHalfAScaleAndHaveTheBitsOfTheDefinition() {
        int columns = 96;
        MemorySegment x = gaussian(5L * columns, 9);
        x.setAtIndex(ValueLayout.JAVA_FLOAT, 40, 1e30f);
        for (int i = 64; i < 96; i++) {
            x.setAtIndex(ValueLayout.JAVA_FLOAT, i, 1e-38f);
        }
        x.setAtIndex(ValueLayout.JAVA_FLOAT, columns, Float.NaN);
        x.setAtIndex(ValueLayout.JAVA_FLOAT, columns + 32, Float.NEGATIVE_INFINITY);
        Int8Tokens tokens = rounded(x, 5, columns);
        TokenGroup group = tokens.layout(0);
        MemorySegment expected = ARENA.allocate(tokens.numbers(0).byteSize(), 4);
        for (int token = 0; token < 5; token++) {
            new ScalarInt8Tokens().round(x, (long) token * columns * 4, 3, expected, group, token);
            for (int i = 0; i < columns; i++) {
                long block = (long) (i / 32) * group.block();
                float scale = expected.get(ValueLayout.JAVA_FLOAT, block + group.scale(token));
                int whole = expected.get(ValueLayout.JAVA_BYTE, block + group.step(i % 32 / 4, token) + i % 4);
                float number = x.getAtIndex(ValueLayout.JAVA_FLOAT, (long) token * columns + i);
                if (token == 1 && i < 64) {
                    assertThat(scale).isNaN();
                } else {
                    assertThat(whole * scale).isCloseTo(number, within(scale * 0.5001f + 1e-37f));
                }
            }
        }
        assertThat(tokens.numbers(0).mismatch(expected)).isEqualTo(-1);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Int8Tokens tokens = Int8Tokens.create(ARENA, 2, 64);
        assertThatThrownBy(() -> tokens.expect(2, 48)).hasMessageContaining("2 tokens of 48 numbers");
        assertThatThrownBy(() -> tokens.expect(3, 64)).hasMessageContaining("3 tokens of 64 numbers");
        tokens.expect(2, 64);
        MemorySegment w = ARENA.allocate(1000);
        MemorySegment out = ARENA.allocate(12, 4);
        Int8Scratch scratch = Int8Scratch.create(ARENA, 16, 64);
        assertThatThrownBy(() -> Int8Product.multiply(BlockFormat.F16, w, 0, 1, tokens, out, 0, 1, scratch))
                .hasMessage("F16 weights do not meet rounded tokens");
        assertThatThrownBy(() -> Int8Product.multiply(BlockFormat.Q4_0, w, 0, 2, tokens, out, 0, 2, scratch))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Int8Product.multiply(BlockFormat.Q4_0, w, 0, 17, tokens, out, 0, 17, scratch))
                .isInstanceOf(IndexOutOfBoundsException.class);
        MemorySegment wide = ARENA.allocate(200, 4);
        assertThatThrownBy(() -> Int8Product.multiply(BlockFormat.Q4_0, w, 0, 17, tokens, wide, 0, 17, scratch))
                .hasMessage("17 rows of 64 numbers are more than the scratch space was made for");
        assertThatThrownBy(() -> Int8Product.multiply(BlockFormat.Q4_K, w, 0, 1, tokens, wide, 0, 1, scratch))
                .hasMessageContaining("not made of whole Q4_K blocks");
    }

    @Test
    void withoutMachineCodeTheDefinitionRunsAndSaysWhy() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-Dherd.machine-code=false",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).contains("-Dherd.machine-code=false forbids it; product 254.0");
    }

    /// Multiplies one row.
    static final class Program {
        private Program() {}

        public static void main(String[] args) {
            MemorySegment x = ARENA.allocateFrom(ValueLayout.JAVA_FLOAT, new float[32]);
            x.set(ValueLayout.JAVA_FLOAT, 8, 127);
            MemorySegment w = ARENA.allocate(34);
            w.set(ValueLayout.JAVA_SHORT, 0, Float.floatToFloat16(0.5f));
            w.set(ValueLayout.JAVA_BYTE, 4, (byte) 4);
            MemorySegment out = ARENA.allocate(4, 4);
            Int8Scratch scratch = Int8Scratch.create(ARENA, 16, 32);
            Int8Product.multiply(BlockFormat.Q8_0, w, 0, 1, rounded(x, 1, 32), out, 0, 1, scratch);
            System.out.println(Int8Product.obstacle().orElse("") + "; product " + out.get(ValueLayout.JAVA_FLOAT, 0));
        }
    }
}
