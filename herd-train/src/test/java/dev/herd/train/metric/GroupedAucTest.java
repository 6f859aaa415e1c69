package dev.herd.train.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupedAucTest {
    @Test
    void weighsGroupsByTheirRowsAndSkipsThoseOfOneClass() {
        GroupedAuc gauc = new GroupedAuc();
        gauc.add(7, 0.9f, 1); // group 7: both classes, AUC 1, 2 rows
        gauc.add(7, 0.1f, 0);
        gauc.add(-3, 0.2f, 1); // group -3: AUC (0 + 0.5 + 1)/3 = 1/2, 4 rows
        gauc.add(-3, 0.3f, 0);
        gauc.add(-3, 0.2f, 0);
        gauc.add(-3, 0.1f, 0);
        gauc.add(8, 0.5f, 1); // groups 8 and 9: one class, left out
        gauc.add(9, 0.5f, 0);
        gauc.add(9, 0.6f, 0);
        assertThat(gauc.value()).isCloseTo((2 * 1.0 + 4 * 0.5) / 6, within(1e-15));
        assertThat(gauc.count()).isEqualTo(9);
    }

    @Test
    void isNotDefinedWhenNoGroupHasBothClasses() {
        GroupedAuc gauc = new GroupedAuc();
        gauc.add(1, 0.5f, 1);
        gauc.add(2, 0.5f, 0);
        assertThat(gauc.value()).isNaN();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void equalsAnAucForEveryGroup(long seed) {
        Scored rows = Scored.random(seed, 3000, 60);
        assertThat(gauc(rows).value()).isCloseTo(slowly(rows), within(1e-13));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void dependsNeitherOnTheOrderOfRowsNorOnSplits(long seed) {
        Scored rows = Scored.random(seed, 6000, 100);
        Scored mixed = rows.shuffled(seed * 31);
        GroupedAuc left = new GroupedAuc();
        GroupedAuc right = new GroupedAuc();
        for (int i = 0; i < mixed.size(); i++) {
            (i % 5 < 2 ? left : right).add(mixed.groups()[i], mixed.scores()[i], mixed.labels()[i]);
        }
        right.value(); // sorts its rows, which must not matter
        left.merge(right);
        assertThat(left.value()).isEqualTo(gauc(rows).value());
    }

    @Test
    void keepsManyGroupsApart() {
        GroupedAuc gauc = new GroupedAuc();
        int groups = 20_000;
        for (int i = 0; i < groups; i++) {
            gauc.add(i * 4096L, i, 1);
            gauc.add(i * 4096L, i % 4 == 0 ? i + 1 : i - 1, 0);
        }
        assertThat(gauc.value()).isEqualTo(0.75);
    }

    @Test
    void ordersNegativeScoresBelowPositiveOnes() {
        GroupedAuc gauc = new GroupedAuc();
        gauc.add(1, -2f, 0);
        gauc.add(1, -1f, 1);
        gauc.add(1, -0f, 0);
        gauc.add(1, 0f, 1);
        gauc.add(1, 3f, 1);
        // positives -1 0 3 against negatives -2 -0: won 1 + (1 + 0.5) + 2 of 6
        assertThat(gauc.value()).isEqualTo(4.5 / 6);
    }

    @Test
    void refusesNaN() {
        assertThatThrownBy(() -> new GroupedAuc().add(1, Float.NaN, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the score of row 0 is NaN");
    }

    private static GroupedAuc gauc(Scored rows) {
        GroupedAuc gauc = new GroupedAuc();
        for (int i = 0; i < rows.size(); i++) {
            gauc.add(rows.groups()[i], rows.scores()[i], rows.labels()[i]);
        }
        return gauc;
    }

    private static double slowly(Scored rows) {
        Map<Long, Auc> groups = new TreeMap<>();
        for (int i = 0; i < rows.size(); i++) {
            groups.computeIfAbsent(rows.groups()[i], group -> new Auc()).add(rows.scores()[i], rows.labels()[i]);
        }
        double sum = 0;
        double weights = 0;
        for (Auc auc : groups.values()) {
            if (!Double.isNaN(auc.value())) {
                sum += auc.count() * auc.value();
                weights += auc.count();
            }
        }
        return sum / weights;
    }
}
