package dev.herd.bench.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.herd.data.InputException;
import dev.herd.data.config.Config;
import dev.herd.numerics.format.NumberFormats;
import java.util.List;
import org.junit.jupiter.api.Test;

class FormatSweepTest {
    private static final Qsnr FEW = new Qsnr(300, 1024, 1);

    @Test
    void ratiosAreThoseOfTheIndependentCalculation() {
        List<Double> ratios = FEW.of(List.of(NumberFormats.MX9, NumberFormats.MX6, NumberFormats.MXFP8_E4M3));
        assertThat(ratios.get(0)).isCloseTo(46.60, within(0.15));
        assertThat(ratios.get(1)).isCloseTo(28.37, within(0.15));
        assertThat(ratios.get(2)).isCloseTo(30.48, within(0.15));
    }

    @Test
    void theFrontHoldsWhatNothingBeatsInCostAndFidelity() {
        List<FormatSweep.Point> points = FormatSweep.measure(NumberFormats.all().subList(0, 11), true, FEW);
        List<FormatSweep.Point> front = FormatSweep.front(points);
        assertThat(front).isNotEmpty().isSortedAccordingTo((a, b) -> Double.compare(a.cost(), b.cost()));
        for (FormatSweep.Point point : points) {
            boolean beaten = points.stream()
                    .anyMatch(other -> other.cost() <= point.cost()
                            && other.qsnr() >= point.qsnr()
                            && (other.cost() < point.cost() || other.qsnr() > point.qsnr()));
            assertThat(front.contains(point)).as("%s", point).isEqualTo(!beaten);
        }
    }

    @Test
    void tilesOf256NumbersTakeTheLinesOfThePaper() {
        assertThat(CostModel.lines(NumberFormats.MX9)).isEqualTo(4.5);
        assertThat(CostModel.lines(NumberFormats.MX6)).isEqualTo(3);
        assertThat(CostModel.lines(NumberFormats.MX4)).isEqualTo(2);
        assertThat(CostModel.cost(NumberFormats.MX4)).isLessThan(CostModel.cost(NumberFormats.MX6));
    }

    @Test
    void aFileAddsFormatsAndSaysWhatIsWrongInIt() {
        FormatList list = Config.parse(
                "formats: [{name: MX5, mantissa: 3}, {name: E3M3, exponent: 3, mantissa: 3, k1: 32, d2: 0, rule: rceil}]",
                "own.yaml",
                List.of(),
                FormatList.defaults());
        assertThat(list.formats()).hasSize(2);
        assertThat(list.formats().get(0).format()).hasToString("MX5 (floor, half-even)");
        assertThat(list.formats().get(0).format().bitsPerNumber()).isEqualTo(5);
        assertThat(list.formats().get(1).format()).hasToString("E3M3 (rceil, half-even)");
        assertThatThrownBy(() -> Config.parse(
                        "formats: [{name: odd, mantissa: 9}]", "own.yaml", List.of(), FormatList.defaults()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("own.yaml")
                .hasMessageContaining("2 to 8, or 16, bits");
    }
}
