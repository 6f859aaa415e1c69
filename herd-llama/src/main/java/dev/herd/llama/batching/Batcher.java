package dev.herd.llama.batching;

import dev.herd.llama.Embedding;
import dev.herd.llama.Pooling;
import dev.herd.llama.batching.RefusedException.Reason;
import dev.herd.llama.engine.LlamaEngine;
import dev.herd.llama.tokenizer.Tokenizer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/// Writes many texts at once: one thread drives the engine, any number of threads ask.
///
/// ```java
/// try (Batcher batcher = Batcher.start(engine, tokenizer, options);
///         Reply reply = batcher.ask(Ask.of(tokenizer.framed(tokenizer.encode("Once")), Request.greedy(64)))) {
///     for (Optional<Piece> piece = reply.next(); piece.isPresent(); piece = reply.next()) {
///         System.out.print(piece.get().text());
///     }
/// }
/// ```
///
/// A text is the same whatever is written beside it. Requests start in the order they came.
///
/// **Owner**: who starts it closes it, before the engine, which nobody else may call meanwhile.
public final class Batcher implements AutoCloseable {
    private final LlamaEngine engine;
    private final Tokenizer tokenizer;
    private final BatchingOptions options;
    private final BlockingQueue<Optional<Job>> inbox = new LinkedBlockingQueue<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final LongAdder refused = new LongAdder();
    private final Tally tally = new Tally();
    private final Schedule schedule;
    private final Thread thread;
    private volatile Figures figures;
    private volatile boolean stopping;
    private volatile boolean aborting;

    private Batcher(LlamaEngine engine, Tokenizer tokenizer, BatchingOptions options) {
        if (engine.options().batch() < options.batch()) {
            throw new IllegalArgumentException(
                    "the engine takes " + engine.options().batch() + " tokens a step, too few for " + options
                            + "; open it with a batch of " + options.batch());
        }
        this.engine = engine;
        this.tokenizer = tokenizer;
        this.options = options;
        schedule = new Schedule(engine, options, tally);
        figures = tally.figures(schedule, engine);
        thread = Thread.ofPlatform().name("llama-batcher").daemon().unstarted(this::run);
    }

    public static Batcher start(LlamaEngine engine, Tokenizer tokenizer, BatchingOptions options) {
        Batcher batcher = new Batcher(engine, tokenizer, options);
        batcher.thread.start();
        return batcher;
    }

    /// Most positions that one text can take, its prompt included.
    public int longest() {
        return engine.longest();
    }

    /// The state as of the last step.
    public Figures figures() {
        return figures.withRefused(refused.sum());
    }

    /// Asks for a text.
    ///
    /// **Throws** [RefusedException] when it would never fit, too many wait, or no more are taken.
    public Reply ask(Ask ask) {
        return counted(() -> {
            fits(
                    ask.positions(),
                    () -> "the prompt of " + ask.prompt().length + " tokens and "
                            + ask.request().tokens() + " more pass",
                    "shorten the prompt or ask for fewer tokens");
            Reply reply = new Reply();
            take(new TextJob(tokenizer, ask, reply, options.guesses()));
            return reply;
        });
    }

    /// Asks for the vector of a text, which is read beside the texts that are being written.
    ///
    /// **Throws** [RefusedException] as for a text.
    public CompletableFuture<Embedding> embed(int[] tokens, Pooling pooling) {
        if (tokens.length == 0) {
            throw new IllegalArgumentException("a text of no tokens has no vector");
        }
        return counted(() -> {
            fits(tokens.length, () -> "the text's " + tokens.length + " tokens pass", "shorten it");
            StatesJob job = new StatesJob(tokens.clone(), pooling);
            take(job);
            return job.embedding();
        });
    }

    private <T> T counted(Supplier<T> asking) {
        try {
            return asking.get();
        } catch (RefusedException e) {
            refused.increment();
            throw e;
        }
    }

    private void fits(int positions, Supplier<String> what, String remedy) {
        if (positions > engine.longest()) {
            throw new RefusedException(
                    Reason.TOO_LONG,
                    what.get() + " the " + engine.longest() + " positions that one text can take; " + remedy);
        }
    }

    private void take(Job job) {
        int most = options.streams() + options.queue();
        boolean full = inFlight.getAndIncrement() >= most;
        if (full || stopping) {
            inFlight.decrementAndGet();
            // The thread may have seen this request coming and wait for it.
            inbox.add(Optional.empty());
            throw stopping
                    ? new RefusedException(Reason.STOPPING, "no more requests are taken")
                    : new RefusedException(
                            Reason.QUEUE_FULL,
                            "all " + most + " places are taken; ask again when some texts have ended");
        }
        inbox.add(Optional.of(job));
    }

    private void run() {
        while (collect()) {
            if (aborting) {
                schedule.cancel();
            }
            try {
                schedule.step();
            } catch (Throwable fault) {
                schedule.fail(fault);
            }
            figures = tally.figures(schedule, engine);
            List<Job> ended = schedule.takeEnded();
            inFlight.addAndGet(-ended.size());
            ended.forEach(Job::tell);
        }
    }

    /// Takes what has come in and waits for something where nothing is to be done; false when nothing will
    /// come any more.
    private boolean collect() {
        try {
            Optional<Job> next = Optional.empty();
            while (schedule.idle() && next.isEmpty()) {
                if (stopping && inFlight.get() == 0) {
                    return false;
                }
                next = inbox.take();
                next.ifPresent(schedule::add);
            }
            for (Optional<Job> more = inbox.poll(); more != null; more = inbox.poll()) {
                more.ifPresent(schedule::add);
            }
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException("somebody interrupted the batcher's own thread", e);
        }
    }

    /// Takes no more requests and waits for those taken to end; false when some have not after `patience`.
    public boolean stop(Duration patience) throws InterruptedException {
        stopping = true;
        inbox.add(Optional.empty());
        return thread.join(patience);
    }

    /// Ends all texts where they are.
    @Override
    public void close() {
        stopping = true;
        aborting = true;
        inbox.add(Optional.empty());
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
