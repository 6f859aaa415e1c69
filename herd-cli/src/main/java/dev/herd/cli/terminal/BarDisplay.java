package dev.herd.cli.terminal;

import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/// A bar on a terminal, redrawn at most ten times a second by one background thread; `advance` only counts. The
/// task started last is shown; a finished task leaves one line with its total, time and rate.
public final class BarDisplay implements Display {
    private static final long REDRAW_MILLIS = 100;
    private static final int BAR_CELLS = 24;
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintStream err;
    private final IntSupplier columns;
    private final LongSupplier nanoClock;
    private final Deque<RunningTask> running = new ArrayDeque<>();

    public BarDisplay(PrintStream err, IntSupplier columns) {
        this(err, columns, System::nanoTime);
        Thread.ofPlatform().daemon().name("herd-progress").start(this::redrawForever);
    }

    /// For tests: draws only when [#redraw] is called.
    BarDisplay(PrintStream err, IntSupplier columns, LongSupplier nanoClock) {
        this.err = err;
        this.columns = columns;
        this.nanoClock = nanoClock;
    }

    @Override
    public synchronized Task start(String what, long total, String unit) {
        RunningTask task = new RunningTask(what, total, unit, nanoClock);
        running.push(task);
        return new Task() {
            @Override
            public void advance(long units) {
                task.advance(units);
            }

            @Override
            public void note(String key, double value) {
                task.note(key, value);
            }

            @Override
            public void close() {
                finish(task);
            }
        };
    }

    @Override
    public synchronized void say(String line) {
        if (running.isEmpty()) {
            err.println(line);
        } else {
            err.println(CLEAR_LINE + line);
            redraw();
        }
    }

    private synchronized void finish(RunningTask task) {
        if (running.remove(task)) {
            err.println(CLEAR_LINE + fit(finished(task)));
            redraw();
        }
    }

    synchronized void redraw() {
        RunningTask task = running.peek();
        if (task != null) {
            err.print(CLEAR_LINE + fit(line(task)));
            err.flush();
        }
    }

    private void redrawForever() {
        try {
            while (true) {
                Thread.sleep(REDRAW_MILLIS);
                redraw();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /// One column stays free: a terminal that writes the last one may wrap.
    private String fit(String line) {
        int room = Math.max(1, columns.getAsInt() - 1);
        return line.length() <= room ? line : line.substring(0, room);
    }

    static String line(RunningTask task) {
        StringBuilder line = new StringBuilder(task.what).append("  ");
        long done = task.done();
        if (task.total >= 0) {
            double share = task.total == 0 ? 1 : Math.min(1, (double) done / task.total);
            int cells = (int) Math.floor(share * BAR_CELLS);
            line.append('[').repeat("#", cells).repeat("-", BAR_CELLS - cells).append("] ");
            line.append(String.format(Locale.ROOT, "%3d %%  ", (int) Math.floor(share * 100)));
        }
        line.append(Figures.count(done));
        if (task.total >= 0) {
            line.append('/').append(Figures.count(task.total));
        }
        line.append(' ').append(task.unit).append("  ");
        line.append(Figures.count(task.recentRate()))
                .append(' ')
                .append(task.unit)
                .append("/s  ");
        double left = task.secondsLeft();
        line.append(Double.isNaN(left) ? Figures.duration(task.elapsedSeconds()) : Figures.duration(left) + " left");
        task.notes()
                .forEach((key, value) ->
                        line.append("  ").append(key).append(' ').append(Figures.measure(value)));
        return line.toString();
    }

    private static String finished(RunningTask task) {
        StringBuilder line = new StringBuilder(task.what)
                .append(": ")
                .append(Figures.count(task.done()))
                .append(' ')
                .append(task.unit)
                .append(String.format(Locale.ROOT, " in %.1f s", task.elapsedSeconds()))
                .append(", ")
                .append(Figures.count(task.meanRate()))
                .append(' ')
                .append(task.unit)
                .append("/s");
        task.notes()
                .forEach((key, value) ->
                        line.append(", ").append(key).append(' ').append(Figures.measure(value)));
        return line.toString();
    }
}
