package dev.herd.train.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricSetTest {
    private static final List<String> CLICK = List.of("click");

    @Test
    void namesItsValuesInAFixedOrder() {
        MetricSet plain = MetricSet.create(CLICK, AucKind.EXACT, Grouping.NONE);
        assertThat(plain.values().keySet()).containsExactly("auc", "logloss", "ne", "calibration");
        MetricSet all = MetricSet.create(List.of("click", "like"), AucKind.STREAMING, Grouping.BY_GROUP);
        assertThat(all.values().keySet())
                .containsExactly(
                        "click/auc",
                        "click/auc_bound",
                        "click/gauc",
                        "click/logloss",
                        "click/ne",
                        "click/calibration",
                        "like/auc",
                        "like/auc_bound",
                        "like/gauc",
                        "like/logloss",
                        "like/ne",
                        "like/calibration");
    }

    @Test
    void computesEveryMetricOfABatch() {
        MetricSet metrics = MetricSet.create(CLICK, AucKind.EXACT, Grouping.BY_GROUP);
        float third = (float) Math.log(3);
        metrics.add(new float[] {third, -third, 0, 0}, new float[] {1, 0, 1, 0}, new long[] {1, 1, 2, 2});
        Map<String, Double> values = metrics.values();
        assertThat(values.get("auc")).isEqualTo((2 + 1 + 0.5) / 4);
        assertThat(values.get("gauc")).isEqualTo(0.75);
        double loss = (Math.log(4 / 3.0) + Math.log(2)) / 2;
        assertThat(values.get("logloss")).isCloseTo(loss, within(1e-7));
        assertThat(values.get("ne")).isCloseTo(loss / Math.log(2), within(1e-7));
        assertThat(values.get("calibration")).isCloseTo(1, within(1e-7));
        assertThat(metrics.count()).isEqualTo(4);
        assertThat(metrics.calibration("click").bins()).hasSize(3);
    }

    @Test
    void keepsTasksApart() {
        MetricSet metrics = MetricSet.create(List.of("click", "like"), AucKind.EXACT, Grouping.NONE);
        metrics.add(new float[] {1, 5, 2, 4, 3, 3}, new float[] {0, 0, 0, 0, 1, 1}, new long[0]);
        assertThat(metrics.values().get("click/auc")).isEqualTo(1.0);
        assertThat(metrics.values().get("like/auc")).isZero();
    }

    @Test
    void mergesToTheWhole() {
        Scored rows = Scored.random(9, 3000, 500);
        for (AucKind kind : AucKind.values()) {
            MetricSet whole = MetricSet.create(CLICK, kind, Grouping.BY_GROUP);
            whole.add(rows.scores(), rows.labels(), rows.groups());
            MetricSet left = MetricSet.create(CLICK, kind, Grouping.BY_GROUP);
            MetricSet right = MetricSet.create(CLICK, kind, Grouping.BY_GROUP);
            addRange(left, rows, 0, 1234);
            addRange(right, rows, 1234, 3000);
            right.merge(left);
            whole.values()
                    .forEach((name, value) ->
                            assertThat(right.values().get(name)).as(name).isCloseTo(value, within(1e-13)));
            assertThat(right.count()).isEqualTo(3000);
        }
    }

    @Test
    void saysWhichTaskHasANaN() {
        MetricSet metrics = MetricSet.create(List.of("click", "like"), AucKind.EXACT, Grouping.NONE);
        assertThatThrownBy(() -> metrics.add(new float[] {1, 1, 1, Float.NaN}, new float[] {0, 1, 1, 0}, new long[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("task 'like': the score of row 1 is NaN");
    }

    @Test
    void refusesArraysThatDoNotFit() {
        MetricSet metrics = MetricSet.create(CLICK, AucKind.EXACT, Grouping.BY_GROUP);
        assertThatThrownBy(() -> metrics.add(new float[2], new float[3], new long[3]))
                .hasMessageContaining("K=1, got 2 and 3");
        assertThatThrownBy(() -> metrics.add(new float[2], new float[2], new long[0]))
                .hasMessageContaining("group of each of the 2 rows, got 0");
        MetricSet other = MetricSet.create(CLICK, AucKind.STREAMING, Grouping.BY_GROUP);
        assertThatThrownBy(() -> metrics.merge(other)).hasMessageContaining("do not merge");
        assertThatThrownBy(() -> metrics.calibration("like")).hasMessageContaining("tasks are [click]");
        assertThatThrownBy(() -> MetricSet.create(List.of(), AucKind.EXACT, Grouping.NONE))
                .hasMessageContaining("at least one task");
    }

    private static void addRange(MetricSet metrics, Scored rows, int from, int to) {
        metrics.add(
                Arrays.copyOfRange(rows.scores(), from, to),
                Arrays.copyOfRange(rows.labels(), from, to),
                Arrays.copyOfRange(rows.groups(), from, to));
    }
}
