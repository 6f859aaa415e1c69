package dev.herd.bench.reproduce.bdr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.herd.numerics.format.NumberFormats;
import org.junit.jupiter.api.Test;

class BoundTest {
    @Test
    void boundsAreThoseOfTheTheorem() {
        assertThat(Bound.of(NumberFormats.MX9).decibels()).isCloseTo(34.74, within(0.01));
        assertThat(Bound.of(NumberFormats.MX6).decibels()).isCloseTo(16.68, within(0.01));
        assertThat(Bound.of(NumberFormats.MX4).decibels()).isCloseTo(4.64, within(0.01));
        assertThat(Bound.of(NumberFormats.MSFP16).decibels()).isCloseTo(30.10, within(0.01));
        assertThat(Bound.of(NumberFormats.MSFP12).decibels()).isCloseTo(6.02, within(0.01));
    }

    @Test
    void noBlockFallsBelowItAndTheAdversarialOneOfMx9ComesClose() {
        Bound mx9 = Bound.of(NumberFormats.MX9);
        assertThat(mx9.worst(20_000)).isGreaterThan(mx9.decibels());
        assertThat(mx9.adversarial()).isCloseTo(34.81, within(0.01));
        assertThat(Bound.of(NumberFormats.MX6).adversarial()).isCloseTo(17.27, within(0.01));
        assertThat(Bound.of(NumberFormats.MX4).adversarial()).isCloseTo(7.29, within(0.01));
    }
}
