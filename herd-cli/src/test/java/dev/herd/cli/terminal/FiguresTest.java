package dev.herd.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "7, 7",
        "9999, 9999",
        "10000, 10.0k",
        "12345, 12.3k",
        "81234, 81.2k",
        "999499, 999k",
        "999600, 1.00M",
        "1234567, 1.23M",
        "100000000, 100M",
        "3.14159, 3.14",
        "-20000, -20.0k"
    })
    void countsKeepThreeDigitsAndCarryOverIntoTheNextSuffix(double value, String expected) {
        assertThat(Figures.count(value)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0, 0:00", "5.4, 0:05", "65, 1:05", "3599.6, 1:00:00", "3600, 1:00:00", "7325, 2:02:05"})
    void durationsAreMinutesAndSecondsAndFromAnHourOnHours(double seconds, String expected) {
        assertThat(Figures.duration(seconds)).isEqualTo(expected);
    }

    @Test
    void measuresSwitchToExponentsWhereFourDecimalsWouldSayNothing() {
        assertThat(Figures.measure(0.45123)).isEqualTo("0.4512");
        assertThat(Figures.measure(0.00012)).isEqualTo("1.200e-04");
        assertThat(Figures.measure(0)).isEqualTo("0.0000");
        assertThat(Figures.measure(Double.NaN)).isEqualTo("NaN");
    }

    @Test
    void bytesUseBinaryUnits() {
        assertThat(Figures.bytes(512)).isEqualTo("512 B");
        assertThat(Figures.bytes(1.5 * (1L << 30))).isEqualTo("1.5 GiB");
    }
}
