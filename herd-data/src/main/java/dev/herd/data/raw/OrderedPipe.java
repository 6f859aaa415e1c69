package dev.herd.data.raw;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Does the same work on every block of a reader, on several threads, and hands the results out in the
/// blocks' order. At most two blocks per thread are under way, so memory stays bounded.
///
/// **Owner**: whoever made it closes it; that closes the reader too. Used by one thread.
public final class OrderedPipe<T> implements AutoCloseable {
    private final RawReader reader;
    private final Function<RawBlock, T> work;
    private final ExecutorService workers;
    private final int ahead;
    private final ArrayDeque<CompletableFuture<T>> pending = new ArrayDeque<>();
    private final LongAdder readNanos = new LongAdder();
    private boolean ended;

    private OrderedPipe(RawReader reader, int threads, Function<RawBlock, T> work) {
        this.reader = reader;
        this.work = work;
        ahead = 2 * threads;
        workers = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().daemon().name("herd-parse-", 0).factory());
    }

    public static <T> OrderedPipe<T> create(RawReader reader, int threads, Function<RawBlock, T> work) {
        return new OrderedPipe<>(reader, threads, work);
    }

    /// The next result, or null at the end.
    public @Nullable T next() {
        while (!ended && pending.size() < ahead) {
            long start = System.nanoTime();
            Supplier<RawBlock> block = reader.next();
            readNanos.add(System.nanoTime() - start);
            if (block == null) {
                ended = true;
            } else {
                pending.add(CompletableFuture.supplyAsync(() -> work.apply(read(block)), workers));
            }
        }
        CompletableFuture<T> first = pending.poll();
        if (first == null) {
            return null;
        }
        try {
            return first.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private RawBlock read(Supplier<RawBlock> block) {
        long start = System.nanoTime();
        RawBlock read = block.get();
        readNanos.add(System.nanoTime() - start);
        return read;
    }

    /// Nanoseconds that all threads spent on reading blocks and splitting them into cells.
    public long readNanos() {
        return readNanos.sum();
    }

    @Override
    public void close() {
        workers.shutdownNow();
        try {
            workers.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        reader.close();
    }
}
