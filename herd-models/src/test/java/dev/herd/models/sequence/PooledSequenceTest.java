package dev.herd.models.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.herd.models.ModelInput;
import dev.herd.models.sequence.SequencePooling.Summary;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tape;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.TransformerEncoder;
import dev.herd.numerics.CounterRandom;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Sequences pooled on the unique rows of a batch, and on all of its rows.
class PooledSequenceTest {
    private static final int WIDTH = 4;
    private static final int LENGTH = 5;
    /// Ids of the unique rows.
    private static final int[] COUNTS = {3, 0, 5, 1};
    /// The unique row of every row of the batch.
    private static final long[] ROWS = {2, 0, 2, 3, 1, 1, 0, 2, 2};

    static List<SequencePooling> poolings() {
        return List.of(
                SequencePooling.Attention.of(7),
                SequencePooling.Transformer.of(7, 2, new TransformerEncoder.Config(2, 6, 0), Summary.MEAN),
                SequencePooling.Transformer.of(7, 1, new TransformerEncoder.Config(1, 6, 0), Summary.ATTENTION));
    }

    private static Pooling module(SequencePooling pooling, Parameters parameters) {
        return switch (pooling) {
            case SequencePooling.Table() -> throw new AssertionError("not a module");
            case SequencePooling.Attention _ -> AttentionPooling.create(parameters.root(), WIDTH);
            case SequencePooling.Transformer config -> TransformerPooling.create(parameters.root(), WIDTH, config);
        };
    }

    @ParameterizedTest
    @MethodSource("poolings")
    void uniqueRowsGiveTheResultsAndGradientsOfAllRowsInDoublePrecision(SequencePooling pooling) {
        Outcome all = pass(pooling, false, () -> Tape.checking(1));
        Outcome unique = pass(pooling, true, () -> Tape.checking(1));
        assertThat(unique.pooled).containsExactly(all.pooled, within(1e-14));
        // Gradients are kept in single precision.
        assertThat(unique.parameters).containsExactly(all.parameters, within(2e-6f));
        assertThat(unique.embedding).containsExactly(all.embedding, within(2e-6f));
    }

    @ParameterizedTest
    @MethodSource("poolings")
    void uniqueRowsGiveTheResultsAndGradientsOfAllRowsInSinglePrecisionUpToRounding(SequencePooling pooling) {
        Outcome all = pass(pooling, false, () -> Tape.training(1));
        Outcome unique = pass(pooling, true, () -> Tape.training(1));
        assertThat(unique.pooled).containsExactly(all.pooled, within(1e-6));
        assertThat(unique.parameters).containsExactly(all.parameters, within(1e-5f));
        assertThat(unique.embedding).containsExactly(all.embedding, within(1e-5f));
    }

    @ParameterizedTest
    @MethodSource("poolings")
    void rowsWithoutIdsAreZeroAndPaddingHasNoGradient(SequencePooling pooling) {
        Outcome unique = pass(pooling, true, () -> Tape.training(1));
        for (int row = 0; row < ROWS.length; row++) {
            boolean empty = COUNTS[Math.toIntExact(ROWS[row])] == 0;
            for (int d = 0; d < WIDTH; d++) {
                assertThat(unique.pooled[row * WIDTH + d] == 0)
                        .as("row %d", row)
                        .isEqualTo(empty);
            }
        }
        for (int row = 0; row < COUNTS.length; row++) {
            for (int i = 0; i < LENGTH * WIDTH; i++) {
                boolean padding = i / WIDTH < LENGTH - COUNTS[row];
                assertThat(unique.embedding[row * LENGTH * WIDTH + i] == 0)
                        .as("entry %d of row %d", i, row)
                        .isEqualTo(padding);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("poolings")
    void theSameSeedGivesTheSameBits(SequencePooling pooling) {
        Outcome first = pass(pooling, true, () -> Tape.training(1));
        Outcome second = pass(pooling, true, () -> Tape.training(1));
        assertThat(second.pooled).containsExactly(first.pooled);
        assertThat(second.parameters).containsExactly(first.parameters);
        assertThat(second.embedding).containsExactly(first.embedding);
    }

    /// @param pooled `[B, D]`
    /// @param parameters gradients of all parameters
    /// @param embedding gradients of the unique rows' embeddings
    private record Outcome(double[] pooled, float[] parameters, float[] embedding) {}

    /// The gradients of a sum of the results with fixed weights.
    private static Outcome pass(SequencePooling pooling, boolean unique, Supplier<Tape> tapes) {
        long[] held = unique ? new long[] {0, 1, 2, 3} : ROWS;
        try (Arena arena = Arena.ofConfined();
                Tape tape = tapes.get()) {
            Parameters parameters = Parameters.create(arena, 5);
            PooledSequence module = new PooledSequence("history", module(pooling, parameters));
            MemorySegment values = arena.allocateFrom(ValueLayout.JAVA_FLOAT, embeddings(held));
            MemorySegment gradient = arena.allocate(values.byteSize(), 64);
            Tensor embedding = tape.leaf(values, gradient, held.length, LENGTH, WIDTH);
            ModelInput input =
                    input(tape, embedding, tape.input(mask(held), held.length, LENGTH), unique ? ROWS : null);
            Ops ops = tape.ops();
            Tensor pooled = module.forward(ops, input);
            Tensor weights = tape.input(gaussians(9, 0, ROWS.length * WIDTH), ROWS.length, WIDTH);
            tape.backward(ops.sum(ops.sum(ops.mul(pooled, weights), 0, false), 0, false));
            return new Outcome(
                    tape.doubles(pooled),
                    gradients(parameters),
                    summed(held, gradient.toArray(ValueLayout.JAVA_FLOAT)));
        }
    }

    private static ModelInput input(Tape tape, Tensor embedding, Tensor mask, long @Nullable [] rows) {
        ModelInput.Sequence sequence = new ModelInput.Sequence(embedding, mask, rows);
        return new ModelInput(tape.input(new float[0], ROWS.length, 0), Map.of(), Map.of("history", sequence));
    }

    /// The embeddings of the given unique rows, padded at the front.
    private static float[] embeddings(long[] held) {
        float[] values = new float[held.length * LENGTH * WIDTH];
        for (int row = 0; row < held.length; row++) {
            int ids = COUNTS[Math.toIntExact(held[row])];
            System.arraycopy(
                    gaussians(8, held[row], ids * WIDTH), 0, values, ((row + 1) * LENGTH - ids) * WIDTH, ids * WIDTH);
        }
        return values;
    }

    private static float[] mask(long[] held) {
        float[] mask = new float[held.length * LENGTH];
        for (int row = 0; row < held.length; row++) {
            int ids = COUNTS[Math.toIntExact(held[row])];
            java.util.Arrays.fill(mask, (row + 1) * LENGTH - ids, (row + 1) * LENGTH, 1);
        }
        return mask;
    }

    private static float[] gaussians(long seed, long stream, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) CounterRandom.gaussian(seed, stream, i);
        }
        return values;
    }

    private static float[] gradients(Parameters parameters) {
        List<Float> all = new ArrayList<>();
        for (Parameter parameter : parameters.trainable()) {
            for (float value : parameter.gradient().toArray(ValueLayout.JAVA_FLOAT)) {
                all.add(value);
            }
        }
        float[] flat = new float[all.size()];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = all.get(i);
        }
        return flat;
    }

    /// Gradients of the rows that equal a unique row, added up.
    private static float[] summed(long[] held, float[] gradient) {
        float[] sums = new float[COUNTS.length * LENGTH * WIDTH];
        int row = LENGTH * WIDTH;
        for (int i = 0; i < gradient.length; i++) {
            sums[Math.toIntExact(held[i / row]) * row + i % row] += gradient[i];
        }
        return sums;
    }
}
