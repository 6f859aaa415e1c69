package dev.herd.numerics;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// A fixed set of platform threads for short parallel arithmetic. The caller works too, so a pool of one thread starts
/// none. Handing out a job costs about a microsecond while the workers are awake; they sleep after a short idle time.
///
/// Tasks are claimed in the order of their numbers by whichever thread is free. A computation whose tasks write to
/// places of their own therefore gives the same bits for any number of threads.
///
/// ```java
/// try (WorkerPool pool = WorkerPool.create(4)) {
///     pool.run(blocks, block -> scale(block));
/// }
/// ```
///
/// **Owner**: who creates it closes it. `run` may be called from several threads, which take turns; called from inside
/// a task it runs the inner tasks on the spot.
public final class WorkerPool implements AutoCloseable {
    private static final int SPINS = 2_000;

    private final Thread[] workers;
    private final ReentrantLock turn = new ReentrantLock();
    private volatile @Nullable Job job;
    private volatile boolean closed;

    private WorkerPool(int threads) {
        workers = new Thread[threads - 1];
        for (int i = 0; i < workers.length; i++) {
            int worker = i + 1;
            workers[i] =
                    Thread.ofPlatform().daemon().name("herd-worker-" + worker).unstarted(() -> work(worker));
        }
    }

    /// Starts a pool in which `threads` threads work, the caller of `run` included.
    ///
    /// **Throws** `IllegalArgumentException` when `threads` is not positive.
    public static WorkerPool create(int threads) {
        if (threads <= 0) {
            throw new IllegalArgumentException("a pool needs at least one thread, got " + threads);
        }
        WorkerPool pool = new WorkerPool(threads);
        for (Thread worker : pool.workers) {
            worker.start();
        }
        return pool;
    }

    /// Number of threads that work, the caller included.
    public int threads() {
        return workers.length + 1;
    }

    /// Runs tasks `0 .. tasks-1` and returns when all have ended.
    ///
    /// **Throws** what the failing task of the lowest number threw; tasks not yet started are then skipped.
    public void run(int tasks, IntConsumer task) {
        run(tasks, (worker, number) -> task.accept(number));
    }

    /// Like [#run(int, IntConsumer)]; each task is also told the number of the thread it runs on, in `[0, threads())`,
    /// so that it can use scratch space of that thread.
    public void run(int tasks, Task task) {
        if (closed) {
            throw new IllegalStateException("the worker pool is closed");
        }
        int self = workerNumber();
        if (tasks <= 1 || workers.length == 0 || self > 0 || turn.isHeldByCurrentThread()) {
            for (int i = 0; i < tasks; i++) {
                task.run(Math.max(self, 0), i);
            }
            return;
        }
        turn.lock();
        try {
            Job now = new Job(tasks, task, Thread.currentThread());
            job = now;
            for (int i = 0; i < Math.min(workers.length, tasks - 1); i++) {
                LockSupport.unpark(workers[i]);
            }
            now.help(0);
            now.await();
        } finally {
            job = null;
            turn.unlock();
        }
    }

    private int workerNumber() {
        Thread current = Thread.currentThread();
        for (int i = 0; i < workers.length; i++) {
            if (workers[i] == current) {
                return i + 1;
            }
        }
        return 0;
    }

    private void work(int worker) {
        Job last = null;
        int idle = 0;
        while (!closed) {
            Job now = job;
            if (now != null && now != last) {
                now.help(worker);
                last = now;
                idle = 0;
            } else if (++idle < SPINS) {
                Thread.onSpinWait();
            } else {
                last = null;
                LockSupport.park(this);
                idle = 0;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        for (Thread worker : workers) {
            LockSupport.unpark(worker);
        }
        for (Thread worker : workers) {
            boolean interrupted = false;
            while (worker.isAlive()) {
                try {
                    worker.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// A task that uses scratch space of the thread it runs on.
    @FunctionalInterface
    public interface Task {
        void run(int worker, int task);
    }

    /// One call of `run`. `next` hands out task numbers, `left` counts the tasks that have not ended.
    private static final class Job {
        private final int tasks;
        private final Task task;
        private final Thread caller;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger left;
        private int failedTask = Integer.MAX_VALUE;
        private volatile @Nullable Throwable failure;

        Job(int tasks, Task task, Thread caller) {
            this.tasks = tasks;
            this.task = task;
            this.caller = caller;
            this.left = new AtomicInteger(tasks);
        }

        void help(int worker) {
            for (int number = next.getAndIncrement(); number < tasks; number = next.getAndIncrement()) {
                if (failure == null) {
                    try {
                        task.run(worker, number);
                    } catch (Throwable e) {
                        fail(number, e);
                    }
                }
                if (left.decrementAndGet() == 0) {
                    LockSupport.unpark(caller);
                }
            }
        }

        private synchronized void fail(int number, Throwable e) {
            if (number < failedTask) {
                failedTask = number;
                failure = e;
            }
        }

        void await() {
            for (int spins = 0; left.get() > 0; spins++) {
                if (spins < SPINS) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.park(this);
                }
            }
            Throwable thrown = failure;
            if (thrown instanceof RuntimeException e) {
                throw e;
            }
            if (thrown instanceof Error e) {
                throw e;
            }
        }
    }
}
