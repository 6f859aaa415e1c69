package dev.herd.llama.batching;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A text on its way to the one who asked for it. Taking it slowly holds up nobody else: what is written
/// waits here.
///
/// **Owner**: who asked; closing it before the end tells the batcher that no more is wanted.
public final class Reply implements AutoCloseable {
    private static final Item END = new Item(null);

    private final BlockingQueue<Item> items = new LinkedBlockingQueue<>();
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private volatile boolean closed;

    /// Taken from the queue and not given out yet.
    @Nullable
    private Item ahead;

    /// A token, or the end.
    private record Item(@Nullable Piece piece) {}

    Reply() {}

    /// Waits for the next token; nothing comes after the last. For one thread, like [#await].
    public Optional<Piece> next() throws InterruptedException {
        Item item = ahead == null ? items.take() : ahead;
        ahead = item == END ? END : null;
        return Optional.ofNullable(item.piece());
    }

    /// Waits no longer than `patience` for something that [#next] can give at once; whether there is.
    public boolean await(Duration patience) throws InterruptedException {
        if (ahead == null) {
            ahead = items.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        }
        return ahead != null;
    }

    /// Waits for the end.
    ///
    /// **Throws** `IllegalStateException` when the engine failed.
    public Outcome outcome() {
        try {
            return outcome.join();
        } catch (CompletionException e) {
            throw new IllegalStateException("the engine failed: " + e.getCause(), e.getCause());
        }
    }

    boolean closed() {
        return closed;
    }

    void tell(Piece piece) {
        items.add(new Item(piece));
    }

    void end(Outcome how) {
        outcome.complete(how);
        items.add(END);
    }

    void fail(Throwable fault) {
        outcome.completeExceptionally(fault);
        items.add(END);
    }

    @Override
    public void close() {
        closed = true;
    }
}
