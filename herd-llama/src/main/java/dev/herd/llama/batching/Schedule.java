package dev.herd.llama.batching;

import dev.herd.llama.engine.Chunk;
import dev.herd.llama.engine.LlamaEngine;
import dev.herd.llama.engine.Sequence;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// Who is computed in the next step.
///
/// Requests start in the order they came, each when the pages for its whole text are certain: then no text
/// ever stops for want of memory. Every step takes one token of each text that is being written and a
/// bounded number of others: tokens that are guessed to come next, and prompt tokens, which the prompts that
/// came first share evenly: a short one among them never waits for a long one.
///
/// For one thread.
final class Schedule {
    /// A share below this is not worth a step: attention takes that many tokens at once.
    private static final int LEAST_SHARE = 16;

    private final LlamaEngine engine;
    private final BatchingOptions options;
    private final Deque<Job> waiting = new ArrayDeque<>();
    private final List<Job> running = new ArrayList<>();
    private final List<Job> ended = new ArrayList<>();
    private final Tally tally;

    Schedule(LlamaEngine engine, BatchingOptions options, Tally tally) {
        this.engine = engine;
        this.options = options;
        this.tally = tally;
    }

    void add(Job job) {
        waiting.add(job);
    }

    boolean idle() {
        return waiting.isEmpty() && running.isEmpty();
    }

    int waiting() {
        return waiting.size();
    }

    int running() {
        return running.size();
    }

    /// Ends what nobody wants any more, starts what has room, and computes one step.
    void step() {
        dropCancelled();
        admit();
        List<Job> jobs = new ArrayList<>();
        List<Chunk> chunks = new ArrayList<>();
        plan(jobs, chunks);
        if (!jobs.isEmpty()) {
            hand(jobs, chunks, engine.step(chunks));
            tally.step();
        }
    }

    private void dropCancelled() {
        List<Job> unwanted = new ArrayList<>();
        running.stream().filter(Job::cancelled).forEach(unwanted::add);
        for (Job job : unwanted) {
            if (job instanceof TextJob text) {
                text.remember(engine);
            }
        }
        waiting.stream().filter(Job::cancelled).forEach(unwanted::add);
        running.removeAll(unwanted);
        waiting.removeAll(unwanted);
        unwanted.forEach(job -> end(job, Optional.empty()));
        tally.cancelled(unwanted.size());
    }

    private void admit() {
        while (!waiting.isEmpty() && running.size() < options.streams()) {
            Job next = waiting.getFirst();
            Sequence sequence = next.first(engine);
            int promised = running.stream().mapToInt(Job::pagesToCome).sum();
            if (next.pages() - sequence.pages() > engine.freePages() - promised) {
                sequence.close();
                return;
            }
            tally.reused(sequence.length());
            next.start(sequence);
            running.add(waiting.removeFirst());
        }
    }

    private void plan(List<Job> jobs, List<Chunk> chunks) {
        List<Job> reading = new ArrayList<>();
        int left = options.prefill();
        int kept = running.stream().anyMatch(job -> job.promptLeft() > 0) ? Math.ceilDiv(left, 2) : 0;
        for (Job job : running) {
            if (job instanceof TextJob text && text.promptLeft() == 0) {
                jobs.add(text);
                Chunk chunk = text.decode(left - kept);
                chunks.add(chunk);
                left -= chunk.tokens().length - 1;
            } else {
                reading.add(job);
            }
        }
        int readers = Math.clamp(left / LEAST_SHARE, 1, Math.max(1, reading.size()));
        List<Job> sharing = reading.subList(0, Math.min(readers, reading.size()));
        sharing.sort(Comparator.comparingInt(Job::promptLeft));
        for (Job job : sharing) {
            Chunk chunk = job.prefill(Math.ceilDiv(left, readers--));
            left -= chunk.tokens().length;
            tally.prompt(chunk.tokens().length);
            jobs.add(job);
            chunks.add(chunk);
        }
    }

    /// Hands every job the rows of its chunk.
    private void hand(List<Job> jobs, List<Chunk> chunks, float[][] rows) {
        int at = 0;
        for (int i = 0; i < jobs.size(); i++) {
            Job job = jobs.get(i);
            int end = at + chunks.get(i).rows();
            int before = written(job);
            try {
                if (job.take(engine, Arrays.copyOfRange(rows, at, end))) {
                    running.remove(job);
                    end(job, Optional.empty());
                    tally.finished();
                }
            } catch (RuntimeException fault) {
                running.remove(job);
                end(job, Optional.of(fault));
                tally.failed(1);
            }
            tally.written(written(job) - before);
            at = end;
        }
    }

    private static int written(Job job) {
        return job instanceof TextJob text ? text.written() : 0;
    }

    private void end(Job job, Optional<Throwable> fault) {
        if (job instanceof TextJob text) {
            tally.guessed(text.guesses());
        }
        job.end(fault);
        ended.add(job);
    }

    /// Wants nothing any more of all there is.
    void cancel() {
        running.forEach(Job::cancel);
        waiting.forEach(Job::cancel);
    }

    /// Those that have ended since the last call; they are still to be told.
    List<Job> takeEnded() {
        List<Job> taken = List.copyOf(ended);
        ended.clear();
        return taken;
    }

    /// Ends everything with a fault.
    void fail(Throwable fault) {
        tally.failed(running.size() + waiting.size());
        running.forEach(job -> end(job, Optional.of(fault)));
        waiting.forEach(job -> end(job, Optional.of(fault)));
        running.clear();
        waiting.clear();
    }
}
