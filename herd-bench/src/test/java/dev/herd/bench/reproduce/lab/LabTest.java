package dev.herd.bench.reproduce.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.herd.bench.reproduce.lab.ScalingCurve.Point;
import dev.herd.data.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabTest {
    private static final ScalingCurve HALVING =
            new ScalingCurve("halving", List.of(new Point(16, -4, 0), new Point(1, 0, 0), new Point(4, -2, 0)));

    @Test
    void aClaimHoldsWhereItsRangeAdmitsTheMeasurement() {
        assertThat(claim(1, Expectation.atLeast(1)).holds()).isTrue();
        assertThat(claim(0.99, Expectation.atLeast(1)).holds()).isFalse();
        assertThat(claim(2, Expectation.atMost(1)).holds()).isFalse();
        assertThat(claim(Double.NaN, Expectation.atMost(1)).holds()).isFalse();
        assertThat(claim(2, Expectation.atMost(1)).ratio()).isEqualTo(0.5);
        assertThat(Expectation.atMost(0.25)).hasToString("at most 0.2500");
        assertThatThrownBy(() -> new Expectation(2, 1)).hasMessage("a range from 2.0 to 1.0 admits nothing");
    }

    private static Claim claim(double measured, Expectation expectation) {
        return new Claim("a claim", 4.0, measured, "x", expectation);
    }

    @Test
    void theMatchedWidthIsTheOneWhoseCostIsClosest() {
        for (long target : new long[] {1, 2, 99, 100, 101, 123_456_789}) {
            int width = Matching.width(target, w -> (long) w * w);
            for (int other : new int[] {width - 1, width + 1}) {
                long distance = Math.abs((long) other * other - target);
                assertThat(distance).isGreaterThanOrEqualTo(Math.abs((long) width * width - target));
            }
        }
    }

    @Test
    void aCurveKnowsItsSlopeItsStepsAndTheComputeToReachALoss() {
        assertThat(HALVING.slopePer(4)).isCloseTo(-2, within(1e-12));
        assertThat(HALVING.leastImprovement()).isEqualTo(2);
        assertThat(HALVING.range()).isEqualTo(16);
        assertThat(HALVING.flopsToReach(-1)).isCloseTo(2, within(1e-12));
        assertThat(HALVING.flopsToReach(1)).isEqualTo(1);
        assertThat(HALVING.flopsToReach(-5)).isInfinite();
    }

    @Test
    void whatWasFinishedInTheSameFolderIsNotDoneAgain(@TempDir Path folder) throws IOException {
        Lab lab = new Lab(folder, 2, new Lab.Scale(0.001, 1), Progress.SILENT);
        Path log = lab.log(DefaultLog.config(lab.rows(1000)));
        Lab.Trial first = lab.train("lr", DefaultLog.RECIPE, "{name: lr}", log, 1);
        List<Path> runs = runs(folder);
        Lab again = new Lab(folder, 2, new Lab.Scale(0.001, 1), Progress.SILENT);
        assertThat(again.log(DefaultLog.config(lab.rows(1000)))).isEqualTo(log);
        assertThat(again.train("lr", DefaultLog.RECIPE, "{name: lr}", log, 1)).isEqualTo(first);
        assertThat(runs(folder)).isEqualTo(runs).hasSize(1);
        assertThat(first.logLoss()).isBetween(0.2, 0.8);
        assertThat(first.trainingFlops()).isEqualTo(6 * 4);
    }

    private static List<Path> runs(Path folder) throws IOException {
        try (Stream<Path> runs = Files.list(folder.resolve("runs"))) {
            return runs.toList();
        }
    }
}
