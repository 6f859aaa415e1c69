package dev.herd.train.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamingAucTest {
    @ParameterizedTest
    @ValueSource(ints = {9, 12, 14, 16, 20})
    void liesWithinItsBoundOfTheExactValue(int bits) {
        for (long seed = 0; seed < 8; seed++) {
            Random random = new Random(seed);
            Auc exact = new Auc();
            StreamingAuc streaming = StreamingAuc.create(bits);
            for (int i = 0; i < 20_000; i++) {
                float score = (float) (random.nextGaussian() * (1 + seed) - 2);
                float label = random.nextDouble() < 1 / (1 + Math.exp(-score)) ? 1 : 0;
                exact.add(score, label);
                streaming.add(score, label);
            }
            assertThat(streaming.value()).isCloseTo(exact.value(), within(streaming.errorBound() + 1e-12));
            assertThat(streaming.errorBound()).isBetween(0.0, 0.5);
        }
    }

    @Test
    void hasABoundThatIsReached() {
        // both scores share a bucket of 9 bits (sign and exponent): the pair counts one half, the truth is 1
        StreamingAuc auc = StreamingAuc.create(9);
        auc.add(1.9f, 1);
        auc.add(1.1f, 0);
        assertThat(auc.value()).isEqualTo(0.5);
        assertThat(auc.errorBound()).isEqualTo(0.5);
    }

    @Test
    void isTightOnLogitsAtItsDefaultResolution() {
        Random random = new Random(5);
        StreamingAuc streaming = StreamingAuc.create();
        for (int i = 0; i < 200_000; i++) {
            float score = (float) random.nextGaussian();
            streaming.add(score, random.nextDouble() < 1 / (1 + Math.exp(-score)) ? 1 : 0);
        }
        assertThat(streaming.errorBound()).isLessThan(2e-4);
    }

    @Test
    void equalsTheExactValueWhenScoresFallOnBucketBorders() {
        Scored rows = Scored.random(3, 3000, 64); // scores are multiples of 1/16 in [-2, 2): few bits of fraction
        Auc exact = new Auc();
        StreamingAuc streaming = StreamingAuc.create(16);
        for (int i = 0; i < rows.size(); i++) {
            exact.add(rows.scores()[i], rows.labels()[i]);
            streaming.add(rows.scores()[i], rows.labels()[i]);
        }
        assertThat(streaming.value()).isCloseTo(exact.value(), within(1e-14));
    }

    @Test
    void dependsNeitherOnTheOrderOfRowsNorOnSplits() {
        Scored rows = Scored.random(11, 4000, 3000);
        StreamingAuc whole = StreamingAuc.create(16);
        StreamingAuc left = StreamingAuc.create(16);
        StreamingAuc right = StreamingAuc.create(16);
        Scored mixed = rows.shuffled(1);
        for (int i = 0; i < rows.size(); i++) {
            whole.add(rows.scores()[i], rows.labels()[i]);
            (i % 3 == 0 ? left : right).add(mixed.scores()[i], mixed.labels()[i]);
        }
        left.merge(right);
        assertThat(left.value()).isEqualTo(whole.value());
        assertThat(left.errorBound()).isEqualTo(whole.errorBound());
        assertThat(left.count()).isEqualTo(4000);
    }

    @Test
    void coversEveryFloat() {
        StreamingAuc auc = StreamingAuc.create(9);
        float[] ascending = {Float.NEGATIVE_INFINITY, -1e30f, -1f, -1e-40f, 0f, 1e-30f, 1f, 1e30f};
        for (float score : ascending) {
            auc.add(score, score > 0 ? 1 : 0);
        }
        auc.add(Float.POSITIVE_INFINITY, 1);
        assertThat(auc.value()).isEqualTo(1.0);
        assertThat(auc.errorBound()).isZero();
    }

    @Test
    void refusesToMergeAnotherResolution() {
        assertThatThrownBy(() -> StreamingAuc.create(10).merge(StreamingAuc.create(12)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10 and 12 bits");
        assertThatThrownBy(() -> StreamingAuc.create(8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("9 to 24");
    }
}
