package dev.herd.train.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class CalibrationTest {
    @Test
    void isPredictedClicksOverClicks() {
        Calibration calibration = new Calibration();
        calibration.add(0, 1); // 0.5
        calibration.add(0, 0); // 0.5
        calibration.add((float) Math.log(3), 1); // 0.75
        calibration.add((float) Math.log(3), 0); // 0.75
        assertThat(calibration.value()).isCloseTo(2.5 / 2, within(1e-7));
    }

    @Test
    void tellsPredictionAndClicksBinByBin() {
        Calibration calibration = new Calibration();
        calibration.add(0.05f, 1);
        calibration.add(0.20f, 0);
        calibration.add(-3f, 0);
        calibration.add(-1000f, 0);
        calibration.add(1000f, 1);
        List<Calibration.Bin> bins = calibration.bins();
        assertThat(bins).extracting(Calibration.Bin::rows).containsExactly(1L, 1L, 2L, 1L);
        assertThat(bins).extracting(Calibration.Bin::observed).containsExactly(0.0, 0.0, 0.5, 1.0);
        assertThat(bins.get(2).predicted())
                .isCloseTo((1 / (1 + Math.exp(-0.05)) + 1 / (1 + Math.exp(-0.2))) / 2, within(1e-8));
        assertThat(bins).extracting(Calibration.Bin::predicted).isSorted();
    }

    @Test
    void putsBordersIntoTheUpperBin() {
        Calibration calibration = new Calibration();
        for (float logit : new float[] {-10.01f, -10f, -9.76f, -9.75f, 9.99f, 10f, 11f}) {
            calibration.add(logit, 1);
        }
        assertThat(calibration.bins()).extracting(Calibration.Bin::rows).containsExactly(1L, 2L, 1L, 1L, 2L);
    }

    @Test
    void mergesToTheWhole() {
        Scored rows = Scored.random(4, 20_000, 777);
        Calibration whole = new Calibration();
        Calibration left = new Calibration();
        Calibration right = new Calibration();
        for (int i = 0; i < rows.size(); i++) {
            whole.add(rows.scores()[i], rows.labels()[i]);
            (i % 7 == 0 ? left : right).add(rows.scores()[i], rows.labels()[i]);
        }
        right.merge(left);
        assertThat(right.value()).isCloseTo(whole.value(), within(1e-14));
        assertThat(right.bins()).hasSameSizeAs(whole.bins());
        assertThat(right.count()).isEqualTo(20_000);
    }

    @Test
    void isNotDefinedWithoutClicks() {
        Calibration calibration = new Calibration();
        calibration.add(0, 0);
        assertThat(calibration.value()).isNaN();
    }

    @Test
    void refusesNaN() {
        assertThatThrownBy(() -> new Calibration().add(Float.NaN, 0)).hasMessageContaining("score of row 0 is NaN");
    }
}
