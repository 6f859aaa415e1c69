package dev.herd.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.herd.data.Progress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DisplayTest {
    private static final String CLEAR = "\r\u001b[K";

    private final AtomicLong nanos = new AtomicLong();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    private String written() {
        String text = bytes.toString(StandardCharsets.UTF_8);
        bytes.reset();
        return text;
    }

    private void pass(double seconds) {
        nanos.addAndGet((long) (seconds * 1e9));
    }

    @Test
    void theBarShowsShareRateTimeLeftAndNotes() {
        BarDisplay display = new BarDisplay(err, () -> 120, nanos::get);
        Progress.Task task = display.start("train", 40_000, "samples");
        task.advance(10_000);
        task.note("loss", 0.45123);
        pass(2);
        display.redraw();
        assertThat(written())
                .isEqualTo(CLEAR
                        + "train  [######------------------]  25 %  10.0k/40.0k samples  5000 samples/s  0:06 left"
                        + "  loss 0.4512");
    }

    @Test
    void theTimeLeftFollowsTheRecentRateNotAslowStart() {
        BarDisplay display = new BarDisplay(err, () -> 120, nanos::get);
        Progress.Task task = display.start("train", 1_000_000, "samples");
        pass(30);
        task.advance(1_000);
        display.redraw();
        for (int second = 0; second < 20; second++) {
            task.advance(10_000);
            pass(1);
            display.redraw();
        }
        String last = written();
        last = last.substring(last.lastIndexOf(CLEAR));
        assertThat(last).contains("9.93k samples/s").contains("1:20 left");
    }

    @Test
    void theBarNeverFillsTheLastColumn() {
        for (int columns : new int[] {1, 10, 40, 79}) {
            BarDisplay display = new BarDisplay(err, () -> columns, nanos::get);
            Progress.Task task = display.start("train", 40_000, "samples");
            task.note("loss", 0.5);
            display.redraw();
            assertThat(written().replace(CLEAR, "").length()).isLessThanOrEqualTo(Math.max(1, columns - 1));
            task.close();
            written();
        }
    }

    @Test
    void anUnknownTotalShowsCountRateAndTimePassed() {
        BarDisplay display = new BarDisplay(err, () -> 120, nanos::get);
        Progress.Task task = display.start("read", -1, "rows");
        task.advance(500);
        pass(10);
        display.redraw();
        assertThat(written()).isEqualTo(CLEAR + "read  500 rows  50 rows/s  0:10");
    }

    @Test
    void aLineSaidInBetweenStandsAboveTheBar() {
        BarDisplay display = new BarDisplay(err, () -> 120, nanos::get);
        display.say("before");
        Progress.Task task = display.start("read", 10, "rows");
        display.say("between");
        assertThat(written()).startsWith("before\n" + CLEAR + "between\n" + CLEAR + "read  [");
        task.close();
        assertThat(written()).startsWith(CLEAR + "read: 0 rows in 0.0 s").endsWith("\n");
    }

    @Test
    void anInnerTaskIsShownUntilItEndsThenTheOuterOneAgain() {
        BarDisplay display = new BarDisplay(err, () -> 120, nanos::get);
        Progress.Task outer = display.start("train", 10, "rows");
        Progress.Task inner = display.start("evaluate", 10, "rows");
        display.redraw();
        assertThat(written()).contains("evaluate  [");
        inner.close();
        inner.close();
        assertThat(written()).containsOnlyOnce("evaluate: 0 rows").contains(CLEAR + "train  [");
        outer.close();
    }

    @Test
    void aPipeGetsJsonLinesAtTwoAndFiveSecondsThenEveryTen() {
        LineDisplay display = new LineDisplay(err, nanos::get);
        Progress.Task task = display.start("train", 1000, "samples");
        task.note("loss", 0.5);
        for (int tick = 0; tick < 300; tick++) {
            pass(0.1);
            task.advance(2);
        }
        pass(0.1);
        task.close();
        task.close();
        List<JsonNode> lines =
                written().lines().map(JsonMapper.shared()::readTree).toList();
        assertThat(lines).hasSize(6);
        assertThat(lines.stream().map(line -> line.get("seconds").asDouble()))
                .containsExactly(2.0, 5.0, 10.0, 20.0, 30.0, 30.1);
        JsonNode first = lines.getFirst();
        assertThat(first.get("progress").asString()).isEqualTo("train");
        assertThat(first.get("done").asLong()).isEqualTo(40);
        assertThat(first.get("total").asLong()).isEqualTo(1000);
        assertThat(first.get("per_second").asDouble()).isCloseTo(20, within(0.1));
        assertThat(first.get("seconds_left").asDouble()).isCloseTo(48, within(0.5));
        assertThat(first.get("loss").asDouble()).isEqualTo(0.5);
        assertThat(first.get("finished").asBoolean()).isFalse();
        assertThat(lines.getLast().get("finished").asBoolean()).isTrue();
        assertThat(lines.getLast().get("done").asLong()).isEqualTo(600);
    }
}
