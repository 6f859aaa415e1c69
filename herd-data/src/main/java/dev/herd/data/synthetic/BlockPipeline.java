package dev.herd.data.synthetic;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Makes blocks on several threads and hands them out in their order, a few ahead of the caller.
///
/// **Owner**: used by one thread; whoever created it closes it.
final class BlockPipeline implements AutoCloseable {
    private final LogGenerator generator;
    private final ExecutorService workers;
    private final Deque<Future<LogBlock>> ahead = new ArrayDeque<>();
    private final int window;
    private long submitted;

    private BlockPipeline(LogGenerator generator, int threads) {
        this.generator = generator;
        this.window = 2 * threads;
        this.workers = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().name("generate-", 0).daemon().factory());
    }

    static BlockPipeline create(LogGenerator generator, int threads) {
        if (threads <= 0) {
            throw new IllegalArgumentException("threads must be positive, got " + threads);
        }
        return new BlockPipeline(generator, threads);
    }

    boolean hasNext() {
        return !ahead.isEmpty() || submitted < generator.blocks();
    }

    LogBlock next() {
        while (ahead.size() < window && submitted < generator.blocks()) {
            long number = submitted++;
            ahead.add(workers.submit(() -> generator.block(number)));
        }
        try {
            return ahead.remove().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a block of the log could not be made", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while generating the log");
        }
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
