package dev.herd.cli.terminal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/// What is known of one task in progress: how far it is, how fast, and the figures noted on the way.
final class RunningTask {
    /// Seconds over which the shown rate looks back.
    private static final double RATE_WINDOW_SECONDS = 4;

    final String what;
    final long total;
    final String unit;
    private final LongSupplier nanoClock;
    private final long start;
    private final LongAdder done = new LongAdder();
    private final Map<String, Double> notes = new LinkedHashMap<>();

    private long sampledAt;
    private long sampledDone;
    private double recentRate;

    RunningTask(String what, long total, String unit, LongSupplier nanoClock) {
        this.what = what;
        this.total = total;
        this.unit = unit;
        this.nanoClock = nanoClock;
        start = nanoClock.getAsLong();
        sampledAt = start;
    }

    void advance(long units) {
        done.add(units);
    }

    synchronized void note(String key, double value) {
        notes.put(key, value);
    }

    synchronized Map<String, Double> notes() {
        return new LinkedHashMap<>(notes);
    }

    long done() {
        return done.sum();
    }

    double elapsedSeconds() {
        return (nanoClock.getAsLong() - start) / 1e9;
    }

    /// Units a second since the start.
    double meanRate() {
        double seconds = elapsedSeconds();
        return seconds > 0 ? done() / seconds : 0;
    }

    /// Units a second lately: an exponential mean whose memory is a few seconds, so that a slow start does not
    /// spoil the time left, and a short stall does not make it jump.
    synchronized double recentRate() {
        long now = nanoClock.getAsLong();
        double seconds = (now - sampledAt) / 1e9;
        if (seconds < 0.05) {
            return recentRate > 0 ? recentRate : meanRate();
        }
        long count = done();
        double rate = (count - sampledDone) / seconds;
        double memory = sampledAt == start ? 0 : Math.exp(-seconds / RATE_WINDOW_SECONDS);
        recentRate = memory * recentRate + (1 - memory) * rate;
        sampledAt = now;
        sampledDone = count;
        return recentRate;
    }

    /// Seconds to the end at the recent rate; NaN when the total or the rate is not known.
    double secondsLeft() {
        double rate = recentRate();
        return total < 0 || rate <= 0 ? Double.NaN : Math.max(0, total - done()) / rate;
    }
}
