package dev.herd.train.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AucTest {
    @Test
    void countsTheShareOfPairsInTheRightOrder() {
        // positives 0.8 0.35, negatives 0.4 0.1: pairs won 0.8>0.4 0.8>0.1 0.35>0.1, lost 0.35<0.4
        assertThat(auc(new float[] {0.1f, 0.4f, 0.35f, 0.8f}, new float[] {0, 0, 1, 1}))
                .isEqualTo(0.75);
    }

    @Test
    void countsATieAsOneHalf() {
        // positives 1 2, negatives 1 0: won 1>0 2>1 2>0, tied 1=1
        assertThat(auc(new float[] {1, 2, 1, 0}, new float[] {1, 1, 0, 0})).isEqualTo(3.5 / 4);
        assertThat(auc(new float[] {3, 3, 3, 3, 3}, new float[] {1, 0, 0, 1, 0}))
                .isEqualTo(0.5);
    }

    @Test
    void tiesNegativeZeroWithPositiveZero() {
        assertThat(auc(new float[] {-0f, 0f}, new float[] {1, 0})).isEqualTo(0.5);
        assertThat(auc(new float[] {0f, -0f}, new float[] {1, 0})).isEqualTo(0.5);
    }

    @Test
    void ordersInfiniteScores() {
        assertThat(auc(new float[] {Float.POSITIVE_INFINITY, 1e30f, Float.NEGATIVE_INFINITY}, new float[] {1, 0, 0}))
                .isEqualTo(1.0);
    }

    @Test
    void isNotDefinedForOneClassAlone() {
        assertThat(auc(new float[] {1, 2}, new float[] {1, 1})).isNaN();
        assertThat(auc(new float[] {1, 2}, new float[] {0, 0})).isNaN();
        assertThat(new Auc().value()).isNaN();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void equalsTheComparisonOfAllPairs(long seed) {
        Scored rows = Scored.random(seed, 301, 40);
        assertThat(auc(rows.scores(), rows.labels())).isCloseTo(rows.aucOfAllPairs(), within(1e-15));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void dependsNeitherOnTheOrderOfRowsNorOnSplits(long seed) {
        Scored rows = Scored.random(seed, 5000, 200);
        double whole = auc(rows.scores(), rows.labels());
        Scored mixed = rows.shuffled(seed + 100);
        Auc[] parts = {new Auc(), new Auc(), new Auc()};
        Random random = new Random(seed);
        for (int i = 0; i < mixed.size(); i++) {
            parts[random.nextInt(3)].add(mixed.scores()[i], mixed.labels()[i]);
        }
        parts[1].value(); // reading a value in between must not disturb
        parts[0].merge(parts[1]);
        parts[0].merge(parts[2]);
        assertThat(parts[0].value()).isEqualTo(whole);
        assertThat(parts[0].count()).isEqualTo(5000);
    }

    @Test
    void goesOnAfterItsValueWasRead() {
        Auc auc = new Auc();
        auc.add(1, 1);
        auc.add(2, 0);
        assertThat(auc.value()).isZero();
        auc.add(0, 0);
        assertThat(auc.value()).isEqualTo(0.5);
    }

    @Test
    void ignoresMonotoneTransformsOfTheScore() {
        Scored rows = Scored.random(7, 2000, 100);
        float[] transformed = new float[rows.size()];
        for (int i = 0; i < transformed.length; i++) {
            float s = rows.scores()[i];
            transformed[i] = 3 * s * s * s + s - 5;
        }
        assertThat(auc(transformed, rows.labels())).isEqualTo(auc(rows.scores(), rows.labels()));
    }

    @Test
    void refusesNaNAndLabelsThatAreNotBinary() {
        Auc auc = new Auc();
        auc.add(1, 1);
        assertThatThrownBy(() -> auc.add(Float.NaN, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the score of row 1 is NaN")
                .hasMessageContaining("learning rate");
        assertThatThrownBy(() -> auc.add(1, 0.5f))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("label of row 1 is 0.5")
                .hasMessageContaining("0 or 1");
    }

    private static double auc(float[] scores, float[] labels) {
        Auc auc = new Auc();
        for (int i = 0; i < scores.length; i++) {
            auc.add(scores[i], labels[i]);
        }
        return auc.value();
    }
}
