package dev.herd.nn.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tape;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class MlpTest {
    private static final int ROWS = 64;

    @Test
    void blocksDeclareTheirParametersInTheOrderOfTheBenchmark() {
        try (Arena arena = Arena.ofConfined()) {
            Parameters parameters = Parameters.create(arena, 1);
            Mlp.Config config = Mlp.Config.of(4, 3).withNormalization(Normalization.BATCH);
            Mlp mlp = Mlp.create(parameters.root().scope("deep"), config, 5, 2);
            assertThat(mlp.width()).isEqualTo(2);
            assertThat(parameters.all())
                    .extracting(Parameter::toString)
                    .containsExactly(
                            "deep.0.weight[4, 5]",
                            "deep.0.bias[4]",
                            "deep.0.norm.weight[4]",
                            "deep.0.norm.bias[4]",
                            "deep.0.norm.running_mean[4]",
                            "deep.0.norm.running_var[4]",
                            "deep.1.weight[3, 4]",
                            "deep.1.bias[3]",
                            "deep.1.norm.weight[3]",
                            "deep.1.norm.bias[3]",
                            "deep.1.norm.running_mean[3]",
                            "deep.1.norm.running_var[3]",
                            "deep.out.weight[2, 3]",
                            "deep.out.bias[2]");
        }
    }

    @Test
    void weightsStartWithXaviersVarianceAndBiasesAtZero() {
        try (Arena arena = Arena.ofConfined()) {
            Linear linear = Linear.create(Parameters.create(arena, 3).root(), 300, 100);
            double squares = 0;
            for (float weight : linear.weight().values().toArray(ValueLayout.JAVA_FLOAT)) {
                squares += weight * weight;
            }
            assertThat(squares / 30_000).isCloseTo(2.0 / 400, within(2e-4));
            assertThat(linear.bias())
                    .isNotNull()
                    .satisfies(bias -> assertThat(bias.values().toArray(ValueLayout.JAVA_FLOAT))
                            .containsOnly(0));
        }
    }

    @Test
    void withoutHiddenLayersHiddenIsTheIdentity() {
        try (Arena arena = Arena.ofConfined()) {
            Parameters parameters = Parameters.create(arena, 1);
            Mlp mlp = Mlp.hidden(parameters.root(), Mlp.Config.of(), 7);
            assertThat(mlp.width()).isEqualTo(7);
            assertThat(parameters.all()).isEmpty();
        }
    }

    @Test
    void dropoutZeroesAShareOfHiddenEntriesInTrainingAndNoneOtherwise() {
        try (Arena arena = Arena.ofConfined()) {
            Mlp.Config config = Mlp.Config.of(100).withActivation(Activation.SIGMOID);
            Layer kept = hidden(arena, config);
            Layer dropped = hidden(arena, config.withDropout(0.25));
            float[] whole = run(Tape.inference(), kept);
            assertThat(run(Tape.inference(), dropped)).isEqualTo(whole);
            float[] thinned = run(Tape.training(5), dropped);
            int zeros = 0;
            for (int i = 0; i < thinned.length; i++) {
                if (thinned[i] == 0) {
                    zeros++;
                } else {
                    assertThat(thinned[i]).isCloseTo(whole[i] / 0.75f, within(1e-5f));
                }
            }
            // 6,400 draws: a standard deviation of 0.0054.
            assertThat(zeros / (double) thinned.length).isCloseTo(0.25, within(0.025));
            assertThat(run(Tape.training(5), dropped)).isEqualTo(thinned);
            assertThat(run(Tape.training(6), dropped)).isNotEqualTo(thinned);
        }
    }

    @Test
    void shapesThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> Mlp.Config.of(4, -1)).hasMessage("hidden widths must be positive, got [4, -1]");
        assertThatThrownBy(() -> Mlp.Config.of(4).withDropout(1)).hasMessage("dropout must lie in [0, 1), got 1.0");
        assertThatThrownBy(() -> Mlp.Config.of(4).withDropout(Double.NaN))
                .hasMessage("dropout must lie in [0, 1), got NaN");
    }

    private static Layer hidden(Arena arena, Mlp.Config config) {
        return Mlp.hidden(Parameters.create(arena, 1).root(), config, 3);
    }

    private static float[] run(Tape tape, Layer layer) {
        float[] x = new float[ROWS * 3];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) Math.sin(i);
        }
        try (tape) {
            return tape.floats(layer.forward(tape.ops(), tape.input(x, ROWS, 3)));
        }
    }
}
