package dev.herd.train.tune;

import dev.herd.data.Progress;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;

/// One task for a whole search, fed by the training of its trials. It also carries the word to stop: a
/// training that reports progress after [#cancel] ends with a `CancellationException`, its last checkpoint
/// intact.
final class SearchProgress implements AutoCloseable {
    private static final String TRAIN = "train";

    private final Progress.Task task;
    private final AtomicBoolean cancelled = new AtomicBoolean();

    SearchProgress(Progress progress, String what, long samples) {
        this.task = progress.start(what, samples, "samples");
    }

    void note(String key, double value) {
        task.note(key, value);
    }

    void cancel() {
        cancelled.set(true);
    }

    /// Progress for the leg of a trial that goes from one number of its samples to another.
    Leg leg(long from, long to) {
        return new Leg(from, to);
    }

    /// Counts a trial's samples once, however often the trial is taken up; what it leaves out when it ends
    /// early counts as done when it is closed.
    final class Leg implements Progress, AutoCloseable {
        private final long to;
        private long counted;
        private long position;

        private Leg(long from, long to) {
            this.to = to;
            this.counted = from;
        }

        @Override
        public Progress.Task start(String what, long total, String unit) {
            return what.equals(TRAIN) ? new Counting() : Progress.SILENT.start(what, total, unit);
        }

        private synchronized void reached(long now) {
            position = Math.max(position, now);
            long upTo = Math.min(position, to);
            if (upTo > counted) {
                task.advance(upTo - counted);
                counted = upTo;
            }
        }

        @Override
        public void close() {
            reached(to);
        }

        private final class Counting implements Progress.Task {
            private long at;

            @Override
            public void advance(long units) {
                if (cancelled.get()) {
                    throw new CancellationException("the search ends");
                }
                at += units;
                reached(at);
            }

            @Override
            public void note(String key, double value) {
                // the search shows its best trial instead
            }

            @Override
            public void close() {
                // the leg goes on to the evaluation
            }
        }
    }

    @Override
    public void close() {
        task.close();
    }
}
