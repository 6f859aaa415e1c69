package dev.herd.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.herd.models.Cases.Case;
import dev.herd.nn.Tape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every model against its slow reference in plain double precision: logits, loss, gradients and ten steps.
class GoldenTest {
    private static final long SEED = 20;
    private static final double LEARNING_RATE = 0.05;
    private static final int STEPS = 10;

    @ParameterizedTest
    @MethodSource("cases")
    void logitsOfATrainingPassEqualTheReference(Case<?> model) {
        try (Rig rig = new Rig(model.model(), model.schema(), SEED)) {
            double[][] expected = model.expected(rig.values(), true);
            assertThat(rig.logitsInDouble()).containsExactly(flat(expected), within(1e-10));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void logitsOfAnEvaluationEqualTheReference(Case<?> model) {
        try (Rig rig = new Rig(model.model(), model.schema(), SEED)) {
            double[][] expected = model.expected(rig.values(), false);
            double[] found = widen(rig.evaluate());
            // Single precision: products of a few dozen terms of size one.
            assertThat(found).containsExactly(flat(expected), within(2e-5));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void lossAndGradientsEqualFiniteDifferencesOfTheReference(Case<?> model) {
        try (Rig rig = new Rig(model.model(), model.schema(), SEED)) {
            PlainValues values = rig.values();
            double loss = rig.backward(Tape.checking(SEED));
            assertThat(loss).isCloseTo(loss(model, values), within(1e-10));
            Map<String, double[]> expected = finiteDifferences(model, values);
            Map<String, double[]> found = rig.gradients();
            assertThat(found.keySet()).isEqualTo(expected.keySet());
            expected.forEach((name, gradient) ->
                    assertThat(found.get(name)).as("gradient of %s", name).containsExactly(gradient, within(1e-6)));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void tenStepsOfGradientDescentFollowTheReference(Case<?> model) {
        try (Rig rig = new Rig(model.model(), model.schema(), SEED)) {
            PlainValues values = rig.values();
            List<Double> expected = new ArrayList<>();
            List<Double> found = new ArrayList<>();
            for (int step = 0; step < STEPS; step++) {
                expected.add(loss(model, values));
                descend(values, finiteDifferences(model, values));
                found.add(rig.descend(LEARNING_RATE));
            }
            assertThat(toArray(found)).containsExactly(toArray(expected), within(1e-4));
            assertThat(found.getLast()).isLessThan(found.getFirst());
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theSameSeedGivesTheSameBits(Case<?> model) {
        assertThat(tenSteps(model, SEED)).isEqualTo(tenSteps(model, SEED));
        assertThat(tenSteps(model, SEED)).isNotEqualTo(tenSteps(model, SEED + 1));
    }

    /// Losses of ten steps and the logits after them.
    private static List<Double> tenSteps(Case<?> model, long seed) {
        try (Rig rig = new Rig(model.model(), model.schema(), seed)) {
            List<Double> history = new ArrayList<>();
            for (int step = 0; step < STEPS; step++) {
                history.add(rig.descend(LEARNING_RATE));
            }
            for (float logit : rig.evaluate()) {
                history.add((double) logit);
            }
            return history;
        }
    }

    private static double loss(Case<?> model, PlainValues values) {
        return values.loss(model.expected(values, true));
    }

    private static Map<String, double[]> finiteDifferences(Case<?> model, PlainValues values) {
        Map<String, double[]> gradients = new LinkedHashMap<>();
        trained(values).forEach((name, array) -> gradients.put(name, finiteDifferences(model, values, array)));
        return gradients;
    }

    private static double[] finiteDifferences(Case<?> model, PlainValues values, double[] array) {
        double step = 1e-6;
        double[] gradient = new double[array.length];
        for (int i = 0; i < array.length; i++) {
            double kept = array[i];
            array[i] = kept + step;
            double above = loss(model, values);
            array[i] = kept - step;
            double below = loss(model, values);
            array[i] = kept;
            gradient[i] = (above - below) / (2 * step);
        }
        return gradient;
    }

    private static void descend(PlainValues values, Map<String, double[]> gradients) {
        Map<String, double[]> trained = trained(values);
        gradients.forEach((name, gradient) -> {
            double[] array = Objects.requireNonNull(trained.get(name));
            for (int i = 0; i < array.length; i++) {
                array[i] -= LEARNING_RATE * gradient[i];
            }
        });
    }

    /// What training moves, under the names that [Rig#gradients] uses.
    private static Map<String, double[]> trained(PlainValues values) {
        Map<String, double[]> trained = new LinkedHashMap<>();
        values.parameters.forEach((name, array) -> {
            if (!name.contains(".running_")) {
                trained.put(name, array);
            }
        });
        values.embeddings.forEach((name, array) -> trained.put("group " + name, array));
        values.sequences.forEach((name, sequence) -> trained.put("sequence " + name, sequence.embedding()));
        return trained;
    }

    private static double[] flat(double[][] rows) {
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }

    private static double[] widen(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }

    private static double[] toArray(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    static List<Case<?>> cases() {
        return Cases.all();
    }
}
