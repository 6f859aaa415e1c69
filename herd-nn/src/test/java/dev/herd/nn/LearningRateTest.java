package dev.herd.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.herd.nn.LearningRateConfig.Decay;
import org.junit.jupiter.api.Test;

final class LearningRateTest {
    private static LearningRate schedule(long warmUp, double share, Decay decay, long total) {
        return LearningRate.create(new LearningRateConfig(0.1, warmUp, share, decay), total);
    }

    @Test
    void warmUpRisesInEqualStepsToTheFullRate() {
        LearningRate rate = schedule(4, 0, new Decay.Constant(), 0);
        assertThat(rate.at(0)).isEqualTo(0.025);
        assertThat(rate.at(1)).isEqualTo(0.05);
        assertThat(rate.at(3)).isEqualTo(0.1);
        assertThat(rate.at(1000)).isEqualTo(0.1);
    }

    @Test
    void warmUpMayBeAShareOfTheRun() {
        LearningRate rate = schedule(0, 0.1, new Decay.Constant(), 100);
        assertThat(rate.at(4)).isEqualTo(0.05);
        assertThat(rate.at(10)).isEqualTo(0.1);
    }

    @Test
    void linearAndCosineReachTheirFloorAtTheEndAndStayThere() {
        LearningRate linear = schedule(10, 0, new Decay.Linear(0, 0.2), 110);
        assertThat(linear.at(10)).isCloseTo(0.1, within(1e-15));
        assertThat(linear.at(60)).isCloseTo(0.1 * (0.2 + 0.8 * 0.5), within(1e-15));
        assertThat(linear.at(110)).isCloseTo(0.02, within(1e-15));
        assertThat(linear.at(500)).isCloseTo(0.02, within(1e-15));
        LearningRate cosine = schedule(0, 0, new Decay.Cosine(100, 0), 0);
        assertThat(cosine.at(0)).isCloseTo(0.1, within(1e-15));
        assertThat(cosine.at(25)).isCloseTo(0.05 * (1 + Math.sqrt(0.5)), within(1e-15));
        assertThat(cosine.at(100)).isCloseTo(0, within(1e-15));
        assertThat(cosine.at(101)).isCloseTo(0, within(1e-15));
    }

    @Test
    void stepDecayMultipliesEverySoManySteps() {
        LearningRate rate = schedule(0, 0, new Decay.Step(10, 0.5), 0);
        assertThat(rate.at(9)).isEqualTo(0.1);
        assertThat(rate.at(10)).isEqualTo(0.05);
        assertThat(rate.at(25)).isEqualTo(0.025);
    }

    @Test
    void aPlateauTakesATenthAtEveryEvaluationThatDoesNotImprove() {
        LearningRate rate = LearningRate.create(new LearningRateConfig(1e-3, 0, 0, Decay.Plateau.defaults()), 0);
        assertThat(rate.observe(0.7)).isFalse();
        assertThat(rate.observe(0.7 + 2e-6)).isFalse();
        assertThat(rate.observe(0.7 + 2.5e-6)).as("gain below 1e-6").isTrue();
        assertThat(rate.at(0)).isCloseTo(1e-4, within(1e-18));
        assertThat(rate.observe(0.8)).isFalse();
        for (int i = 0; i < 3; i++) {
            rate.observe(0.75);
        }
        assertThat(rate.observe(0.75)).as("at the floor").isFalse();
        assertThat(rate.at(0)).isEqualTo(1e-6);
    }

    @Test
    void aPlateausPatienceCountsEvaluationsInARowAndSurvivesACheckpoint() {
        LearningRateConfig config = new LearningRateConfig(1, 0, 0, new Decay.Plateau(0.5, 3, 0, 0));
        LearningRate rate = LearningRate.create(config, 0);
        rate.observe(1);
        assertThat(rate.observe(0.9)).isFalse();
        assertThat(rate.observe(0.9)).isFalse();
        LearningRate resumed = LearningRate.create(config, 0);
        resumed.restore(rate.state());
        assertThat(resumed.observe(0.9)).isTrue();
        assertThat(resumed.at(0)).isEqualTo(0.5);
        assertThat(resumed.observe(0.9)).isFalse();
        assertThat(resumed.observe(2)).isFalse();
        assertThat(resumed.state()).isEqualTo(new LearningRate.State(0.5, 2, 0));
    }

    @Test
    void aScheduleThatNeedsTheEndOfTheRunSaysSo() {
        assertThatThrownBy(() -> schedule(0, 0, Decay.Cosine.defaults(), 0))
                .hasMessage("the length of the run is not known: give the decay's steps");
        assertThatThrownBy(() -> schedule(0, 0.1, new Decay.Constant(), 0))
                .hasMessage("the length of the run is not known: give warm_up_steps instead of warm_up_share");
    }

    @Test
    void badValuesAreNamed() {
        assertThatThrownBy(() -> LearningRateConfig.constant(0)).hasMessage("rate must be positive, got 0.0");
        assertThatThrownBy(() -> new Decay.Step(0, 0.5)).hasMessage("every must be positive, got 0");
        assertThatThrownBy(() -> new Decay.Plateau(1.5, 1, 0, 0)).hasMessage("factor must be between 0 and 1, got 1.5");
    }
}
