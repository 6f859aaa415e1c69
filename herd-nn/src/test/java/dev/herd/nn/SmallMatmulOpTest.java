package dev.herd.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.herd.numerics.CounterRandom;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class SmallMatmulOpTest {
    private static final int ROWS = 9;

    private final Arena arena = Arena.ofAuto();

    /// Products of two leaves as a model writes them.
    private interface Product {
        Tensor of(Ops ops, Tensor x, Tensor y);
    }

    @Test
    void rowByRow() {
        same((ops, x, y) -> ops.matmul(x, y), new long[] {ROWS, 7, 5}, new long[] {ROWS, 5, 24});
        same((ops, x, y) -> ops.matmul(x, y), new long[] {ROWS, 1, 17}, new long[] {ROWS, 17, 33});
        same((ops, x, y) -> ops.matmul(x, y), new long[] {ROWS, 27, 1}, new long[] {ROWS, 1, 64});
    }

    @Test
    void transposedOperandsAreReadWhereTheyLie() {
        same((ops, x, y) -> ops.matmul(ops.transpose(x, 1, 2), y), new long[] {ROWS, 6, 19}, new long[] {ROWS, 6, 11});
        same((ops, x, y) -> ops.matmul(x, ops.transpose(y, 1, 2)), new long[] {ROWS, 6, 19}, new long[] {ROWS, 11, 19});
        same(
                (ops, x, y) -> ops.matmul(ops.transpose(x, 1, 2), ops.transpose(y, 1, 2)),
                new long[] {ROWS, 6, 19},
                new long[] {ROWS, 11, 6});
    }

    @Test
    void oneMatrixForAllRows() {
        same((ops, x, y) -> ops.matmul(x, y), new long[] {5, 27}, new long[] {ROWS, 27, 64});
        same((ops, x, y) -> ops.matmul(ops.transpose(x, 1, 2), y), new long[] {ROWS, 27, 64}, new long[] {27, 24});
        same((ops, x, y) -> ops.matmul(ops.transpose(x, 0, 1), y), new long[] {27, 5}, new long[] {ROWS, 27, 16});
    }

    /// Linear combinations of embeddings are a linear map over what has been turned over.
    @Test
    void aLinearMapOverTheRowsOfMatrices() {
        Parameter weight = Parameters.create(arena, 3).root().parameter("weight", new Init.XavierNormal(), 5, 27);
        Product product = (ops, x, y) -> ops.mul(
                ops.transpose(ops.linear(ops.transpose(x, 1, 2), weight, null), 1, 2),
                ops.matmul(ops.parameter(weight), y));
        long[] shape = {ROWS, 27, 64};
        same(product, shape, shape);
        weight.gradient().fill((byte) 0);
        run(() -> Tape.training(1), product, shape, shape);
        float[] ours = weight.gradient().toArray(ValueLayout.JAVA_FLOAT);
        weight.gradient().fill((byte) 0);
        run(() -> Tape.checking(1), product, shape, shape);
        close(ours, weight.gradient().toArray(ValueLayout.JAVA_FLOAT));
    }

    @Test
    void headsOfABatch() {
        same(
                (ops, x, y) -> ops.matmul(
                        ops.transpose(ops.reshape(x, ROWS, 6, 2, 8), 1, 2),
                        ops.transpose(ops.transpose(ops.reshape(y, ROWS, 7, 2, 8), 1, 2), 2, 3)),
                new long[] {ROWS, 6, 16},
                new long[] {ROWS, 7, 16});
    }

    /// A factorization machine reads its input twice, once turned over.
    @Test
    void gradientsOfOneInputUsedTwiceAddUp() {
        same(
                (ops, x, y) -> ops.matmul(x, ops.matmul(ops.transpose(x, 1, 2), y)),
                new long[] {ROWS, 27, 64},
                new long[] {27, 24});
    }

    @Test
    void largeProductsAndFewOnesStayWithTheLibrary() {
        try (Tape tape = Tape.inference()) {
            assertThat(suits(tape, new long[] {9, 7, 5}, new long[] {9, 5, 3})).isTrue();
            assertThat(suits(tape, new long[] {7, 7, 5}, new long[] {7, 5, 3})).isFalse();
            assertThat(suits(tape, new long[] {9, 64, 65}, new long[] {9, 65, 64}))
                    .isFalse();
            assertThat(suits(tape, new long[] {9, 7, 5}, new long[] {5, 3})).isFalse();
            assertThat(suits(tape, new long[] {7, 5}, new long[] {5, 3})).isFalse();
            assertThat(suits(tape, new long[] {9, 7, 5}, new long[] {1, 5, 3})).isFalse();
        }
    }

    private boolean suits(Tape tape, long[] a, long[] b) {
        return SmallMatmulOp.suits(
                ((TorchTensor) tape.input(random(a, 1), a)).raw(), ((TorchTensor) tape.input(random(b, 2), b)).raw());
    }

    /// A checking tape computes in fp64 and lets libtorch multiply and differentiate.
    private void same(Product product, long[] x, long[] y) {
        Result ours = run(() -> Tape.training(1), product, x, y);
        Result theirs = run(() -> Tape.checking(1), product, x, y);
        close(ours.values, theirs.values);
        close(ours.ofX, theirs.ofX);
        close(ours.ofY, theirs.ofY);
        assertThat(run(() -> Tape.training(1), product, x, y).ofX).isEqualTo(ours.ofX);
    }

    private record Result(float[] values, float[] ofX, float[] ofY) {}

    private Result run(Supplier<Tape> opened, Product product, long[] xShape, long[] yShape) {
        MemorySegment x = random(xShape, 1);
        MemorySegment y = random(yShape, 2);
        MemorySegment ofX = arena.allocate(x.byteSize(), 64);
        MemorySegment ofY = arena.allocate(y.byteSize(), 64);
        try (Tape tape = opened.get()) {
            Ops ops = tape.ops();
            Tensor result = product.of(ops, tape.leaf(x, ofX, xShape), tape.leaf(y, ofY, yShape));
            tape.backward(ops.sum(ops.reshape(ops.mul(result, result), -1), 0, false));
            return new Result(
                    tape.floats(result), ofX.toArray(ValueLayout.JAVA_FLOAT), ofY.toArray(ValueLayout.JAVA_FLOAT));
        }
    }

    private MemorySegment random(long[] shape, long seed) {
        long count = 1;
        for (long size : shape) {
            count *= size;
        }
        MemorySegment values = arena.allocate(count * Float.BYTES, 64);
        for (long i = 0; i < count; i++) {
            values.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) CounterRandom.gaussian(5, seed, i));
        }
        return values;
    }

    private static void close(float[] found, float[] expected) {
        assertThat(found).hasSameSizeAs(expected);
        float largest = 0;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).as("entry " + i).isCloseTo(expected[i], within(1e-6f * largest + 1e-6f));
        }
    }
}
