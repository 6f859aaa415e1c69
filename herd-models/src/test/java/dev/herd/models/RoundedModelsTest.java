package dev.herd.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.herd.models.Cases.Case;
import dev.herd.nn.Numerics;
import dev.herd.nn.Tape;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every model with the operands of its matrix products rounded. The nets are tiny, so that one unit that
/// rounding moves across the kink of its activation turns the gradient visibly.
class RoundedModelsTest {
    private static final long SEED = 20;

    static List<Case<?>> cases() {
        return Cases.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void finelyRoundedProductsKeepTheLossAndTheDirectionOfTheGradient(Case<?> model) {
        try (Rig rig = new Rig(model.model(), model.schema(), SEED)) {
            double plainLoss = rig.backward(Tape.training(SEED));
            Map<String, double[]> plain = rig.gradients();
            double loss = rig.backward(Tape.training(SEED, Numerics.parse("fp16")));
            Map<String, double[]> rounded = rig.gradients();
            assertThat(loss).isCloseTo(plainLoss, within(0.01 * plainLoss));
            assertThat(inner(plain, rounded) / Math.sqrt(inner(plain, plain) * inner(rounded, rounded)))
                    .as("cosine of the gradients")
                    .isGreaterThan(0.95);
        }
    }

    private static double inner(Map<String, double[]> a, Map<String, double[]> b) {
        double sum = 0;
        for (Map.Entry<String, double[]> entry : a.entrySet()) {
            double[] other = Objects.requireNonNull(b.get(entry.getKey()));
            for (int i = 0; i < other.length; i++) {
                sum += entry.getValue()[i] * other[i];
            }
        }
        return sum;
    }
}
