package dev.herd.train.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.numerics.CounterRandom;
import dev.herd.train.report.Layers.Arrow;
import dev.herd.train.report.Layers.Layout;
import dev.herd.train.report.Layers.Point;
import dev.herd.train.report.Layers.Size;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayersTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void boxesDoNotTouchAndArrowsLeadDownFromTheirBoxToTheirBox(long seed) {
        List<Size> sizes = new ArrayList<>();
        List<Arrow> arrows = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            sizes.add(new Size(
                    20 + 100 * CounterRandom.uniform(seed, 1, i), 10 + 90 * CounterRandom.uniform(seed, 2, i)));
            for (int j = 0; j < i; j++) {
                if (CounterRandom.uniform(seed, 3 + i, j) < 0.12) {
                    arrows.add(new Arrow(j, i));
                }
            }
        }
        Layout layout = Layers.of(sizes, arrows, 10, 20);
        for (int a = 0; a < sizes.size(); a++) {
            assertThat(layout.left()[a]).isGreaterThan(-1e-9);
            assertThat(layout.left()[a] + sizes.get(a).width()).isLessThan(layout.width() + 1e-9);
            assertThat(layout.top()[a] + sizes.get(a).height()).isLessThan(layout.height() + 1e-9);
            for (int b = 0; b < a; b++) {
                assertThat(apart(layout, sizes, a, b)).as("%s and %s", a, b).isTrue();
            }
        }
        for (int i = 0; i < arrows.size(); i++) {
            List<Point> route = layout.routes().get(i);
            Arrow arrow = arrows.get(i);
            assertThat(route.getFirst().y())
                    .isEqualTo(
                            layout.top()[arrow.from()] + sizes.get(arrow.from()).height());
            assertThat(route.getLast().y()).isEqualTo(layout.top()[arrow.to()]);
            assertThat(route.getLast().x())
                    .isBetween(
                            layout.left()[arrow.to()],
                            layout.left()[arrow.to()] + sizes.get(arrow.to()).width());
            assertThat(route.stream().map(Point::y)).isSorted();
        }
    }

    private static boolean apart(Layout layout, List<Size> sizes, int a, int b) {
        double gapX = Math.max(
                layout.left()[a] - layout.left()[b] - sizes.get(b).width(),
                layout.left()[b] - layout.left()[a] - sizes.get(a).width());
        double gapY = Math.max(
                layout.top()[a] - layout.top()[b] - sizes.get(b).height(),
                layout.top()[b] - layout.top()[a] - sizes.get(a).height());
        return Math.max(gapX, gapY) > 9.99;
    }

    @Test
    void aChainIsDrawnStraight() {
        Layout layout = Layers.of(
                List.of(new Size(40, 10), new Size(80, 10), new Size(20, 10)),
                List.of(new Arrow(0, 1), new Arrow(1, 2)),
                10,
                20);
        assertThat(layout.left()).containsExactly(20, 0, 30);
        assertThat(layout.top()).containsExactly(0, 30, 60);
        assertThat(layout.routes().getFirst()).allMatch(point -> point.x() == 40);
    }

    @Test
    void aCycleIsRefused() {
        List<Arrow> cycle = List.of(new Arrow(0, 1), new Arrow(1, 0));
        assertThatThrownBy(() -> Layers.of(List.of(new Size(1, 1), new Size(1, 1)), cycle, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the graph has a cycle");
    }
}
