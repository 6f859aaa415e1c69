package dev.herd.train.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LogLossTest {
    @Test
    void isTheMeanCrossEntropyOfTheProbabilities() {
        LogLoss loss = new LogLoss();
        loss.addProbability(0.25f, 1);
        loss.addProbability(0.5f, 0);
        // (ln 4 + ln 2) / 2 = 1.5 ln 2
        assertThat(loss.value()).isCloseTo(1.5 * Math.log(2), within(1e-15));
        assertThat(loss.labelRate()).isEqualTo(0.5);
        assertThat(loss.count()).isEqualTo(2);
    }

    @Test
    void isTheSameFromLogits() {
        LogLoss loss = new LogLoss();
        loss.add((float) Math.log(1 / 3.0), 1); // sigmoid = 1/4
        loss.add(0, 0);
        assertThat(loss.value()).isCloseTo(1.5 * Math.log(2), within(1e-7));
    }

    @Test
    void needsNoClippingForLargeLogits() {
        assertThat(lossOf(200, 0)).isEqualTo(200);
        assertThat(lossOf(-200, 1)).isEqualTo(200);
        assertThat(lossOf(200, 1)).isCloseTo(Math.exp(-200), within(1e-100));
        assertThat(lossOf(-30, 0)).isCloseTo(Math.exp(-30), within(1e-26));
    }

    @Test
    void clipsProbabilitiesAtTheStatedBound() {
        LogLoss loss = new LogLoss();
        loss.addProbability(0, 1);
        assertThat(loss.value()).isCloseTo(-Math.log(1e-7), within(1e-12));
        LogLoss other = new LogLoss();
        other.addProbability(1, 0);
        assertThat(other.value()).isCloseTo(-Math.log(1e-7), within(1e-8));
    }

    @Test
    void hardlyDependsOnOrderAndSplits() {
        Scored rows = Scored.random(2, 100_000, 5000);
        Scored mixed = rows.shuffled(3);
        LogLoss whole = new LogLoss();
        LogLoss left = new LogLoss();
        LogLoss right = new LogLoss();
        for (int i = 0; i < rows.size(); i++) {
            whole.add(rows.scores()[i], rows.labels()[i]);
            (i < 30_000 ? left : right).add(mixed.scores()[i], mixed.labels()[i]);
        }
        left.merge(right);
        assertThat(left.value()).isCloseTo(whole.value(), within(1e-14 * whole.value()));
        assertThat(left.labelRate()).isEqualTo(whole.labelRate());
    }

    @Test
    void losesNothingBesideALargeSum() {
        Sum sum = new Sum();
        sum.add(1e16);
        for (int i = 0; i < 1000; i++) {
            sum.add(1.0);
        }
        sum.add(-1e16);
        assertThat(sum.value()).isEqualTo(1000);
    }

    @Test
    void refusesWhatIsNoLogitProbabilityOrLabel() {
        LogLoss loss = new LogLoss();
        assertThatThrownBy(() -> loss.add(Float.NaN, 1)).hasMessageContaining("score of row 0 is NaN");
        assertThatThrownBy(() -> loss.add(Float.NEGATIVE_INFINITY, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("logit of row 0 is infinite");
        assertThatThrownBy(() -> loss.addProbability(1.5f, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1.5; it must lie in [0, 1]");
        assertThatThrownBy(() -> loss.add(1, 2)).hasMessageContaining("label of row 0 is 2.0");
        assertThat(loss.count()).isZero();
        assertThat(loss.value()).isNaN();
    }

    @Test
    void normalizedEntropyOfTheBaseRateIsOne() {
        LogLoss loss = new LogLoss();
        float logit = (float) Math.log(0.2 / 0.8);
        for (int i = 0; i < 100; i++) {
            loss.add(logit, i % 5 == 0 ? 1 : 0);
        }
        assertThat(NormalizedEntropy.of(loss)).isCloseTo(1, within(1e-8));
    }

    @Test
    void normalizedEntropyDividesByTheEntropyOfTheLabelRate() {
        LogLoss loss = new LogLoss();
        loss.addProbability(0.5f, 1);
        loss.addProbability(0.25f, 0);
        loss.addProbability(0.25f, 0);
        loss.addProbability(0.25f, 0);
        double mean = (Math.log(2) + 3 * Math.log(4 / 3.0)) / 4;
        double base = -(0.25 * Math.log(0.25) + 0.75 * Math.log(0.75));
        assertThat(NormalizedEntropy.of(loss)).isCloseTo(mean / base, within(1e-14));
    }

    @Test
    void normalizedEntropyIsNotDefinedForOneClassAlone() {
        LogLoss loss = new LogLoss();
        loss.add(0, 1);
        assertThat(NormalizedEntropy.of(loss)).isNaN();
        assertThat(NormalizedEntropy.of(new LogLoss())).isNaN();
        assertThat(NormalizedEntropy.binaryEntropy(0)).isZero();
        assertThat(NormalizedEntropy.binaryEntropy(1)).isZero();
        assertThat(NormalizedEntropy.binaryEntropy(0.5)).isCloseTo(Math.log(2), within(1e-15));
    }

    private static double lossOf(float logit, float label) {
        LogLoss loss = new LogLoss();
        loss.add(logit, label);
        return loss.value();
    }
}
