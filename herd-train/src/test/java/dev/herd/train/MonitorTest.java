package dev.herd.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.herd.nn.LearningRate;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MonitorTest {
    private static final TrainConfig.Stopping BARS = Presets.named("bars").stopping();

    private static Monitor after(double... gains) {
        Monitor monitor = Monitor.START;
        for (int i = 0; i < gains.length; i++) {
            monitor = monitor.after(gains[i], i + 1, BARS);
        }
        return monitor;
    }

    @Test
    void twoEvaluationsInARowThatBringNothingEndTheRun() {
        assertThat(after(0.7, 0.69)).isEqualTo(new Monitor(0.7, 1, 1));
        assertThat(after(0.7, 0.69).ends(BARS)).isFalse();
        assertThat(after(0.7, 0.69, 0.68)).isEqualTo(new Monitor(0.7, 1, 2));
        assertThat(after(0.7, 0.69, 0.68).ends(BARS)).isTrue();
        assertThat(after(0.7, 0.69, 0.68).ends(new TrainConfig.Stopping(0, 0, true)))
                .isFalse();
    }

    @Test
    void anImprovementSetsTheCountBack() {
        assertThat(after(0.7, 0.69, 0.71, 0.70)).isEqualTo(new Monitor(0.71, 3, 1));
    }

    @Test
    void aChangeBelowTheLeastDeltaIsNoImprovement() {
        assertThat(after(0.7, 0.7 + 0.9e-6).stalled()).isEqualTo(1);
        assertThat(after(0.7, 0.7 + 1.1e-6).stalled()).isZero();
    }

    @Test
    void underTheBarsRecipeEveryStalledEvaluationLowersTheRateToATenthDownToItsFloor() {
        LearningRate rate = LearningRate.create(Presets.named("bars").learningRate(), 1000);
        double[] expected = {1e-3, 1e-4, 1e-4, 1e-5, 1e-6, 1e-6};
        double[] gains = {0.7, 0.7, 0.71, 0.71, 0.71, 0.71};
        for (int i = 0; i < gains.length; i++) {
            rate.observe(gains[i]);
            assertThat(rate.at(5)).as("after evaluation " + i).isCloseTo(expected[i], within(1e-12));
        }
    }

    @Test
    void losslikeMetricsGainDownward() {
        Map<String, Double> metrics = Map.of("click/logloss", 0.4, "click/auc", 0.8);
        assertThat(Monitor.gain("click/logloss", metrics)).isEqualTo(-0.4);
        assertThat(Monitor.gain("auc", metrics)).isEqualTo(0.8);
    }

    @Test
    void severalTasksAreAveragedAndAMissingOrUndefinedMetricIsNamed() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("click/auc", 0.6);
        metrics.put("like/auc", 0.8);
        metrics.put("like/gauc", Double.NaN);
        assertThat(Monitor.value("auc", metrics)).isCloseTo(0.7, within(1e-12));
        assertThat(Monitor.value("like/auc", metrics)).isEqualTo(0.8);
        assertThatThrownBy(() -> Monitor.value("f1", metrics))
                .hasMessage("evaluation.monitor: there is no metric 'f1'; there are click/auc, like/auc, like/gauc");
        assertThatThrownBy(() -> Monitor.value("gauc", metrics))
                .hasMessageStartingWith("the monitored metric 'gauc' is not defined on the evaluated rows");
    }
}
