package dev.herd.train;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// Adds up where the time of steps goes, at the price of reading the clock once a part.
final class StepClock {
    /// Parts of a step, in order.
    enum Part {
        READ("wait for rows"),
        LOOKUP("embedding lookup"),
        FORWARD("forward"),
        BACKWARD("backward"),
        EMBEDDING_BACKWARD("embedding backward"),
        CLIP("gradient norm"),
        DENSE_UPDATE("dense update"),
        EMBEDDING_UPDATE("embedding update");

        private final String label;

        Part(String label) {
            this.label = label;
        }
    }

    private final long[] nanos = new long[Part.values().length];
    private long last = System.nanoTime();
    private long steps;

    /// The time from here on belongs to the next part that ends.
    void start() {
        last = System.nanoTime();
    }

    void end(Part part) {
        long now = System.nanoTime();
        nanos[part.ordinal()] += now - last;
        last = now;
    }

    /// Ends a part at an earlier moment; what has passed since then belongs to the next part.
    void endAt(Part part, long moment) {
        nanos[part.ordinal()] += moment - last;
        last = moment;
    }

    void step() {
        steps++;
    }

    /// Seconds of all steps.
    double seconds() {
        return Arrays.stream(nanos).sum() * 1e-9;
    }

    /// Forgets all steps so far.
    void reset() {
        Arrays.fill(nanos, 0);
        steps = 0;
    }

    /// Milliseconds of an average step by part.
    Map<String, Double> milliseconds() {
        Map<String, Double> parts = new LinkedHashMap<>();
        for (Part part : Part.values()) {
            parts.put(part.label, steps == 0 ? 0 : nanos[part.ordinal()] * 1e-6 / steps);
        }
        return parts;
    }
}
