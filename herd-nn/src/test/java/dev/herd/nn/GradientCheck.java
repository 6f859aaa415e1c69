package dev.herd.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.herd.numerics.CounterRandom;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// Compares the gradients of a function with central differences, computed in double precision on fp32
/// values.
///
/// The function's result may have any shape: it is reduced to a scalar with fixed random weights, so that
/// no entry's gradient cancels.
public final class GradientCheck implements AutoCloseable {
    /// Half the distance of a central difference; its error grows with the square, the rounding error falls
    /// with it.
    private static final double STEP = 0x1.0p-10;

    private final Arena arena = Arena.ofConfined();
    private final Parameters parameters = Parameters.create(arena, 11);
    private final List<MemorySegment> values = new ArrayList<>();
    private final List<MemorySegment> gradients = new ArrayList<>();
    private final List<long[]> shapes = new ArrayList<>();

    /// What is checked.
    public interface Function {
        Tensor of(Tape tape, List<Tensor> inputs);
    }

    /// Adds a differentiated input with standard normal entries.
    public GradientCheck input(long... shape) {
        return input(
                segment -> {
                    for (long i = 0; i < segment.byteSize() / 4; i++) {
                        segment.setAtIndex(
                                ValueLayout.JAVA_FLOAT, i, (float) CounterRandom.gaussian(17, values.size(), i));
                    }
                },
                shape);
    }

    /// Adds a differentiated input with entries in `[low, high)`.
    public GradientCheck input(double low, double high, long... shape) {
        return input(
                segment -> {
                    for (long i = 0; i < segment.byteSize() / 4; i++) {
                        double share = CounterRandom.uniform(19, values.size(), i);
                        segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (low + (high - low) * share));
                    }
                },
                shape);
    }

    private GradientCheck input(Consumer<MemorySegment> fill, long... shape) {
        long bytes = 4 * Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        MemorySegment segment = arena.allocate(bytes, 64);
        fill.accept(segment);
        values.add(segment);
        gradients.add(arena.allocate(bytes, 64));
        shapes.add(shape);
        return this;
    }

    /// Where layers declare parameters to check.
    public Parameters.Scope scope() {
        return parameters.root();
    }

    public Parameter parameter(String name, Init init, long... shape) {
        return parameters.root().parameter(name, init, shape);
    }

    public Parameter buffer(String name, Init init, long... shape) {
        return parameters.root().buffer(name, init, shape);
    }

    /// Checks the gradients of all inputs and parameters, entry by entry.
    ///
    /// @param tolerance absolute, and relative to the gradient
    public void check(Function function, double tolerance) {
        evaluate(function, true);
        for (int i = 0; i < values.size(); i++) {
            compare("input " + i, values.get(i), gradients.get(i), function, tolerance);
        }
        for (Parameter parameter : parameters.trainable()) {
            compare(parameter.name(), parameter.values(), parameter.gradient(), function, tolerance);
        }
    }

    private void compare(
            String name, MemorySegment entries, MemorySegment gradient, Function function, double tolerance) {
        float[] analytic = gradient.toArray(ValueLayout.JAVA_FLOAT);
        assertThat(analytic).as(name + " has a gradient").isNotEqualTo(new float[analytic.length]);
        for (int i = 0; i < analytic.length; i++) {
            float at = entries.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            float above = (float) (at + STEP);
            float below = (float) (at - STEP);
            entries.setAtIndex(ValueLayout.JAVA_FLOAT, i, above);
            double high = evaluate(function, false);
            entries.setAtIndex(ValueLayout.JAVA_FLOAT, i, below);
            double low = evaluate(function, false);
            entries.setAtIndex(ValueLayout.JAVA_FLOAT, i, at);
            double numeric = (high - low) / ((double) above - below);
            assertThat((double) analytic[i])
                    .as("gradient of %s, entry %s", name, i)
                    .isCloseTo(numeric, within(tolerance * (1 + Math.abs(numeric))));
        }
    }

    private double evaluate(Function function, boolean differentiate) {
        List<MemorySegment> into = differentiate
                ? gradients
                : gradients.stream()
                        .map(MemorySegment::byteSize)
                        .map(arena::allocate)
                        .toList();
        try (Tape tape = Tape.checking(5)) {
            List<Tensor> inputs = new ArrayList<>();
            for (int i = 0; i < values.size(); i++) {
                inputs.add(tape.leaf(values.get(i), into.get(i), shapes.get(i)));
            }
            Ops ops = tape.ops();
            Tensor flat = ops.reshape(function.of(tape, inputs), -1);
            float[] weights = new float[Math.toIntExact(flat.shape()[0])];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = (float) CounterRandom.gaussian(23, 0, i);
            }
            Tensor loss = ops.sum(ops.mul(flat, tape.input(weights, weights.length)), 0, false);
            if (differentiate) {
                tape.backward(loss);
            }
            return tape.doubles(loss)[0];
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
