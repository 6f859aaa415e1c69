package dev.herd.llama.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.herd.numerics.CounterRandom;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplerTest {
    /// Probabilities 0.5, 0.3, 0.15, 0.05.
    private static final float[] LOGITS = {log(0.15), log(0.5), log(0.05), log(0.3)};

    private static float log(double probability) {
        return (float) Math.log(probability);
    }

    private static double[] shares(Sampling sampling) {
        Sampler sampler = new Sampler(sampling);
        double[] shares = new double[LOGITS.length];
        for (int i = 0; i < 20_000; i++) {
            shares[sampler.next(LOGITS)] += 1 / 20_000.0;
        }
        return shares;
    }

    @Test
    void tokensComeAsOftenAsTheirProbabilitiesSay() {
        assertThat(shares(Sampling.of(1, 3))).containsExactly(new double[] {0.15, 0.5, 0.05, 0.3}, within(0.012));
        double sum = 0.15 * 0.15 + 0.25 + 0.0025 + 0.09;
        assertThat(shares(Sampling.of(0.5, 3)))
                .containsExactly(new double[] {0.0225 / sum, 0.25 / sum, 0.0025 / sum, 0.09 / sum}, within(0.012));
    }

    @Test
    void limitsKeepTheMostLikelyTokensInTheirProportions() {
        double[] two = {0, 0.625, 0, 0.375};
        assertThat(shares(Sampling.of(1, 4).withTopK(2))).containsExactly(two, within(0.012));
        assertThat(shares(Sampling.of(1, 5).withTopP(0.7))).containsExactly(two, within(0.012));
        assertThat(shares(Sampling.of(1, 6).withMinP(0.4))).containsExactly(two, within(0.012));
        assertThat(shares(Sampling.of(1, 7).withTopP(0.01))[1]).isEqualTo(1, within(1e-9));
        // of the two that topK keeps, the first has 0.625
        assertThat(shares(Sampling.of(1, 8).withTopK(2).withTopP(0.6))[1]).isEqualTo(1, within(1e-9));
    }

    /// 3,000 tokens of which a sort of all of them says what the limits keep.
    @ParameterizedTest
    @CsvSource({"0, 0.5, 0", "0, 0.99, 0", "0, 1, 0.01", "1, 1, 0", "50, 1, 0", "50, 0.8, 0.001", "5000, 0.9, 0"})
    void onlyTokensWithinTheLimitsAreChosen(int topK, double topP, double minP) {
        float[] logits = new float[3000];
        for (int id = 0; id < logits.length; id++) {
            logits[id] = (float) (3 * CounterRandom.gaussian(1, 0, id));
        }
        int[] order = IntStream.range(0, logits.length)
                .boxed()
                .sorted((a, b) -> Float.compare(logits[b], logits[a]))
                .mapToInt(Integer::intValue)
                .toArray();
        int count = topK == 0 ? order.length : Math.min(topK, order.length);
        double total = IntStream.range(0, count)
                .mapToDouble(i -> Math.exp(logits[order[i]]))
                .sum();
        Set<Integer> allowed = new HashSet<>();
        double sum = 0;
        for (int i = 0; i < count && sum < topP * total; i++) {
            sum += Math.exp(logits[order[i]]);
            if (Math.exp(logits[order[i]] - logits[order[0]]) >= minP) {
                allowed.add(order[i]);
            }
        }
        Sampler sampler = new Sampler(new Sampling(1, topK, topP, minP, Sampling.Penalties.NONE, Map.of(), 9));
        Set<Integer> chosen = new HashSet<>();
        for (int i = 0; i < 2000; i++) {
            chosen.add(sampler.next(logits));
        }
        assertThat(allowed).containsAll(chosen);
        assertThat(chosen)
                .as("the most likely are")
                .contains(order[0])
                .hasSizeGreaterThan(Math.min(allowed.size(), 60) / 4);
    }

    @Test
    void biasAndPenaltiesMoveTheChoice() {
        assertThat(new Sampler(Sampling.greedy().withBias(Map.of(2, 5.0))).next(LOGITS))
                .isEqualTo(2);
        Sampler repeated = new Sampler(Sampling.greedy().withPenalties(new Sampling.Penalties(3, 0, 0)));
        assertThat(repeated.next(LOGITS)).isEqualTo(1);
        repeated.seen(1);
        assertThat(repeated.next(LOGITS)).isEqualTo(3);
        Sampler frequent = new Sampler(Sampling.greedy().withPenalties(new Sampling.Penalties(1, 0.3, 0)));
        frequent.seen(1);
        assertThat(frequent.next(LOGITS)).isEqualTo(1);
        frequent.seen(1);
        assertThat(frequent.next(LOGITS)).isEqualTo(3);
    }

    @Test
    void logProbabilitiesAreThoseOfTheLogitsWhateverIsAddedToAll() {
        float[] raised = LOGITS.clone();
        for (int i = 0; i < raised.length; i++) {
            raised[i] += 100;
        }
        assertThat(Sampler.logProbability(raised, 3)).isCloseTo(Math.log(0.3), within(1e-5));
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> Sampling.of(-1, 0))
                .hasMessage("temperature must be finite and not negative, got -1.0");
        assertThatThrownBy(() -> Sampling.greedy().withTopP(0))
                .hasMessage("topP must be above 0 and at most 1, got 0.0");
        assertThatThrownBy(() -> Sampling.greedy().withMinP(1))
                .hasMessage("minP must be 0 or more and below 1, got 1.0");
        assertThatThrownBy(() -> Sampling.greedy().withTopK(-1)).hasMessage("topK must not be negative, got -1");
    }
}
