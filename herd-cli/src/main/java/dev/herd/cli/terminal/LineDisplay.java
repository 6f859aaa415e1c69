package dev.herd.cli.terminal;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import tools.jackson.databind.json.JsonMapper;

/// Progress where the error stream is a file or a pipe: one JSON object a line for a task, after 2 and 5 seconds,
/// then every 10 seconds, and when it ends.
public final class LineDisplay implements Display {
    private static final long[] FIRST_REPORTS_NANOS = {2_000_000_000L, 5_000_000_000L};
    private static final long REPORT_NANOS = 10_000_000_000L;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final PrintStream err;
    private final LongSupplier nanoClock;

    public LineDisplay(PrintStream err) {
        this(err, System::nanoTime);
    }

    LineDisplay(PrintStream err, LongSupplier nanoClock) {
        this.err = err;
        this.nanoClock = nanoClock;
    }

    @Override
    public void say(String line) {
        err.println(line);
    }

    @Override
    public Task start(String what, long total, String unit) {
        RunningTask task = new RunningTask(what, total, unit, nanoClock);
        long start = nanoClock.getAsLong();
        AtomicLong nextReport = new AtomicLong(FIRST_REPORTS_NANOS[0]);
        return new Task() {
            @Override
            public void advance(long units) {
                task.advance(units);
                long since = nanoClock.getAsLong() - start;
                long due = nextReport.get();
                if (since >= due && nextReport.compareAndSet(due, following(since))) {
                    report(task, false);
                }
            }

            @Override
            public void note(String key, double value) {
                task.note(key, value);
            }

            @Override
            public void close() {
                if (nextReport.getAndSet(Long.MAX_VALUE) != Long.MAX_VALUE) {
                    report(task, true);
                }
            }
        };
    }

    private static long following(long since) {
        return since < FIRST_REPORTS_NANOS[1] ? FIRST_REPORTS_NANOS[1] : (since / REPORT_NANOS + 1) * REPORT_NANOS;
    }

    private void report(RunningTask task, boolean finished) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("progress", task.what);
        line.put("done", task.done());
        if (task.total >= 0) {
            line.put("total", task.total);
        }
        line.put("unit", task.unit);
        line.put("seconds", rounded(task.elapsedSeconds()));
        line.put("per_second", rounded(finished ? task.meanRate() : task.recentRate()));
        double left = task.secondsLeft();
        if (!finished && !Double.isNaN(left)) {
            line.put("seconds_left", rounded(left));
        }
        task.notes().forEach((key, value) -> line.put(key, Double.isFinite(value) ? value : String.valueOf(value)));
        line.put("finished", finished);
        err.println(JSON.writeValueAsString(line));
    }

    private static double rounded(double value) {
        return Math.rint(value * 10) / 10;
    }
}
