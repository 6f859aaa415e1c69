package dev.herd.bench.numerics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.herd.bench.duel.Outcome;
import dev.herd.bench.duel.Rounds;
import dev.herd.data.Progress;
import dev.herd.numerics.format.NumberFormat;
import dev.herd.numerics.format.NumberFormats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumericsBenchmarkTest {
    private static final long NUMBERS = 1 << 16;

    @ParameterizedTest
    @ValueSource(strings = {"mx9", "mx6", "mxfp8-e4m3", "mxfp4", "int8-row", "nvfp4", "bf16"})
    void bothSidesDoTheSameWork(String name) {
        NumberFormat format = NumberFormats.named(name).orElseThrow();
        try (PlainSide plain = PlainSide.create(NUMBERS);
                PackedSide packed = PackedSide.create(format, plain)) {
            assertThatCode(packed::verify).doesNotThrowAnyException();
        }
    }

    @Test
    void everyCaseOfAFormatIsMeasured() {
        List<Outcome> outcomes = new ArrayList<>();
        Rounds brief = new Rounds(1, Duration.ofMillis(1), Duration.ofMillis(1));
        NumericsBenchmark.run(brief, List.of("mx6", "mx9"), NUMBERS, "mx6", Progress.SILENT, outcomes::add);
        assertThat(outcomes)
                .extracting(Outcome::name)
                .containsExactly(
                        "encode/mx6/scalar",
                        "decode/mx6/scalar",
                        "encode/mx6/copy/small",
                        "decode/mx6/copy/small",
                        "encode/mx6/copy/large",
                        "decode/mx6/copy/large",
                        "bag/mx6/d64/p20/large",
                        "matvec/mx6/large");
        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.ratio()).isPositive());
    }
}
