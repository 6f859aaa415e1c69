package dev.herd.models.wukong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.herd.data.FeatureSchema;
import dev.herd.models.DenseInputs;
import dev.herd.models.ModelInput;
import dev.herd.models.RankingModel;
import dev.herd.models.Schemas;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tape;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Activation;
import dev.herd.nn.layer.Mlp;
import dev.herd.numerics.CounterRandom;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The orders of interaction that Wukong's layers hold. With the identity for every nonlinearity and
/// normalization, and biases still at zero, the network is a polynomial in the scale t of its embeddings,
/// and the coefficient of t^o is what the interactions of order o contribute.
class WukongOrderTest {
    private static final int FIELDS = 5;
    private static final int WIDTH = 3;
    private static final FeatureSchema SCHEMA = Schemas.of(0, FIELDS, 50);

    /// A missing factorization machine block or a wrong stacking lowers the degree; a missing linear path
    /// (compress block and residual) loses the lower orders.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void layerLHoldsExactlyTheOrdersOneToTwoToTheL(int layers) {
        int degree = 1 << layers;
        assertOrders(coefficients(layers, new Projection.Static(3), degree + 2), degree);
        assertOrders(coefficients(layers, new Projection.Full(), degree + 2), degree);
    }

    /// An attentive projection is itself linear in the embeddings here, so every layer triples the order.
    @Test
    void anAttentiveProjectionAddsOneFactorPerLayer() {
        Mlp.Config linear = Mlp.Config.of().withActivation(Activation.IDENTITY);
        Projection attentive = new Projection.Attentive(3, 2, linear);
        assertDegree(coefficients(1, attentive, 5), 3);
        assertDegree(coefficients(2, attentive, 11), 9);
    }

    private static void assertOrders(double[] coefficients, int degree) {
        assertDegree(coefficients, degree);
        assertThat(coefficients[0]).as("constant").isCloseTo(0, within(1e-9 * largest(coefficients)));
        for (int order = 1; order < degree; order++) {
            assertThat(Math.abs(coefficients[order]))
                    .as("order %d of %d", order, degree)
                    .isGreaterThan(1e-7 * largest(coefficients));
        }
    }

    private static void assertDegree(double[] coefficients, int degree) {
        assertThat(Math.abs(coefficients[degree])).as("order %d", degree).isGreaterThan(1e-7 * largest(coefficients));
        assertThat(coefficients[degree + 1])
                .as("order %d", degree + 1)
                .isCloseTo(0, within(1e-9 * largest(coefficients)));
    }

    private static double largest(double[] coefficients) {
        return Arrays.stream(coefficients).map(Math::abs).max().orElseThrow();
    }

    /// The polynomial through the logits at as many scales t.
    private static double[] coefficients(int layers, Projection projection, int points) {
        double[] t = new double[points];
        for (int i = 0; i < points; i++) {
            t[i] = Math.cos(Math.PI * (i + 0.5) / points);
        }
        return interpolate(t, logits(layers, projection, t));
    }

    private static double[] logits(int layers, Projection projection, double[] scales) {
        Mlp.Config linear = Mlp.Config.of(4).withActivation(Activation.IDENTITY);
        Wukong.Config config = new Wukong.Config(
                WIDTH,
                DenseInputs.IGNORE,
                linear,
                layers,
                List.of(2),
                List.of(2),
                projection,
                linear,
                false,
                linear,
                List.of());
        float[] embeddings = new float[FIELDS * WIDTH];
        for (int i = 0; i < embeddings.length; i++) {
            embeddings[i] = (float) CounterRandom.gaussian(7, 1, i);
        }
        double[] logits = new double[scales.length];
        try (Arena arena = Arena.ofConfined()) {
            RankingModel model = new Wukong()
                    .create(config, SCHEMA, Parameters.create(arena, 7).root());
            for (int i = 0; i < scales.length; i++) {
                try (Tape tape = Tape.checking(0)) {
                    Tensor scaled = tape.ops().scale(tape.input(embeddings, 1, FIELDS, WIDTH), scales[i]);
                    ModelInput input = new ModelInput(tape.input(new float[0], 1, 0), Map.of("embedding", scaled));
                    logits[i] = tape.doubles(model.forward(tape.ops(), input))[0];
                }
            }
        }
        return logits;
    }

    /// Coefficients, constant first, of the polynomial through the points, by Newton's divided differences.
    private static double[] interpolate(double[] x, double[] y) {
        int n = x.length;
        double[] divided = y.clone();
        for (int order = 1; order < n; order++) {
            for (int i = n - 1; i >= order; i--) {
                divided[i] = (divided[i] - divided[i - 1]) / (x[i] - x[i - order]);
            }
        }
        double[] coefficients = new double[n];
        for (int i = n - 1; i >= 0; i--) {
            for (int power = n - 1; power > 0; power--) {
                coefficients[power] = coefficients[power - 1] - x[i] * coefficients[power];
            }
            coefficients[0] = divided[i] - x[i] * coefficients[0];
        }
        return coefficients;
    }
}
