package dev.herd.bench.duel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DuelTest {
    private static final Outcome OUTCOME = new Outcome(
            "lookup/zipf/d64/p20/large", 2, "ids/s", new double[] {20, 30, 9, 12}, new double[] {10, 10, 10, 10});

    @Test
    void sidesTakeTurnsAndTheFirstTurnAlternates() {
        List<String> turns = new ArrayList<>();
        Rounds rounds = new Rounds(3, Duration.ofNanos(1), Duration.ZERO);

        new Duel("case", 1, "runs/s", 1, () -> turns.add("herd"), () -> turns.add("other")).fight(rounds);

        assertThat(turns).containsExactly("herd", "other", "other", "herd", "herd", "other");
    }

    @Test
    void aTurnBeginsWithOnePreparationThatIsNotTimed() {
        int[] entered = new int[1];
        Duel.Side side = new Duel.Side() {
            @Override
            public void enter() {
                entered[0]++;
            }

            @Override
            public void run() {}
        };
        int[] ticks = new int[1];
        Rounds rounds = new Rounds(2, Duration.ofNanos(3), Duration.ZERO).withClock(() -> ++ticks[0]);

        new Duel("case", 1, "runs/s", 1, side, () -> {}).fight(rounds);

        assertThat(entered[0]).isEqualTo(2);
    }

    @Test
    void aTurnRepeatsTheWorkUntilItsTimeIsOver() {
        int[] runs = new int[1];
        Rounds rounds = new Rounds(1, Duration.ofMillis(20), Duration.ZERO);

        Outcome outcome = new Duel("case", 1, "runs/s", 5, () -> runs[0]++, () -> {}).fight(rounds);

        assertThat(runs[0]).isGreaterThan(1);
        assertThat(outcome.herdRate()).isBetween(1.0, runs[0] * 5 / 0.020);
    }

    @Test
    void theWarmUpRunsBothSidesButIsNotCounted() {
        int[] runs = new int[2];
        Rounds rounds = new Rounds(1, Duration.ofNanos(1), Duration.ofMillis(5));

        Outcome outcome = new Duel("case", 1, "runs/s", 1, () -> runs[0]++, () -> runs[1]++).fight(rounds);

        assertThat(outcome.herdRates()).hasSize(1);
        assertThat(runs[0]).isGreaterThan(1);
        assertThat(runs[1]).isGreaterThan(1);
    }

    @Test
    void theRatioIsTheMedianOfTheRoundsRatios() {
        assertThat(OUTCOME.ratio()).isEqualTo(1.6);
        assertThat(OUTCOME.ratioMin()).isEqualTo(0.9);
        assertThat(OUTCOME.ratioMax()).isEqualTo(3.0);
    }

    @Test
    void jsonHasExactlyTheSixKeysOnOneLine() {
        assertThat(printed(true))
                .isEqualTo("{\"case\":\"lookup/zipf/d64/p20/large\",\"threads\":2,\"ratio\":1.6000,"
                        + "\"ratio_min\":0.9000,\"ratio_max\":3.0000,\"unit\":\"ids/s\"}\n");
    }

    @Test
    void theTableShowsBothRatesUnderOneHead() {
        assertThat(printed(false).lines())
                .hasSize(2)
                .satisfiesExactly(
                        head -> assertThat(head).contains("case", "threads", "ratio", "herd", "other", "unit"),
                        row -> assertThat(row)
                                .contains("lookup/zipf/d64/p20/large", "1.60x", "0.90 .. 3.00", "16.0", "10.0"));
    }

    @Test
    void aBreakdownNamesTheTimeOutsideTheMatrixProductsAndTheLargestPartsFirst() {
        Map<String, Double> parts = new LinkedHashMap<>();
        parts.put("lookup", 0.1);
        parts.put("clip", 0.001);
        parts.put("forward", 0.899);
        Breakdown breakdown = new Breakdown("step/net", 2, 40, 0.7, parts);

        assertThat(breakdown.json())
                .isEqualTo("{\"case\":\"step/net\",\"threads\":2,\"step_ms\":40.000,\"products_ms\":28.000,"
                        + "\"outside_products\":0.3000,\"parts\":{\"lookup\":0.1000,\"clip\":0.0010,"
                        + "\"forward\":0.8990}}");
        assertThat(breakdown.text())
                .isEqualTo("  step 40.0 ms, its matrix products alone 28.0 ms, 30% outside them; parts: forward 90%,"
                        + " lookup 10%");
    }

    @Test
    void badRoundsAndDuelsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Rounds(0, Duration.ofMillis(1), Duration.ZERO))
                .withMessageContaining("at least one round");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Rounds(1, Duration.ZERO, Duration.ZERO))
                .withMessageContaining("a turn must take time");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Duel("case", 0, "rows/s", 1, () -> {}, () -> {}))
                .withMessageContaining("in case");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Outcome("case", 1, "rows/s", new double[1], new double[2]))
                .withMessageContaining("same number of rounds");
    }

    private static String printed(boolean json) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Scoreboard.create(new PrintStream(bytes, true, StandardCharsets.UTF_8), json)
                .add(OUTCOME);
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
