package dev.herd.numerics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WorkerPoolTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void everyTaskRunsExactlyOnce(int threads) {
        try (WorkerPool pool = WorkerPool.create(threads)) {
            assertThat(pool.threads()).isEqualTo(threads);
            for (int tasks : new int[] {0, 1, 2, 3, 100, 1000}) {
                for (int repeat = 0; repeat < 50; repeat++) {
                    AtomicIntegerArray runs = new AtomicIntegerArray(tasks);
                    pool.run(tasks, (worker, task) -> {
                        assertThat(worker).isBetween(0, threads - 1);
                        runs.incrementAndGet(task);
                    });
                    for (int task = 0; task < tasks; task++) {
                        assertThat(runs.get(task)).isEqualTo(1);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void theFailureOfTheLowestTaskReachesTheCallerAndThePoolGoesOn(int threads) {
        try (WorkerPool pool = WorkerPool.create(threads)) {
            for (int repeat = 0; repeat < 100; repeat++) {
                assertThatThrownBy(() -> pool.run(50, task -> {
                            if (task >= 7) {
                                throw new IllegalStateException("task " + task);
                            }
                        }))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("task 7");
            }
            AtomicInteger sum = new AtomicInteger();
            pool.run(10, task -> sum.addAndGet(task));
            assertThat(sum.get()).isEqualTo(45);
        }
    }

    @Test
    void aTaskMayRunInnerTasks() {
        try (WorkerPool pool = WorkerPool.create(3)) {
            AtomicInteger runs = new AtomicInteger();
            pool.run(20, outer -> pool.run(20, inner -> runs.incrementAndGet()));
            assertThat(runs.get()).isEqualTo(400);
        }
    }

    @Test
    void severalCallersTakeTurns() throws InterruptedException {
        try (WorkerPool pool = WorkerPool.create(2)) {
            AtomicInteger runs = new AtomicInteger();
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                callers.add(Thread.ofPlatform().start(() -> {
                    for (int repeat = 0; repeat < 200; repeat++) {
                        pool.run(9, task -> runs.incrementAndGet());
                    }
                }));
            }
            for (Thread caller : callers) {
                caller.join();
            }
            assertThat(runs.get()).isEqualTo(4 * 200 * 9);
        }
    }

    @Test
    void aClosedPoolAndOneWithoutThreadsAreRefused() {
        WorkerPool pool = WorkerPool.create(2);
        pool.close();
        assertThatThrownBy(() -> pool.run(1, task -> {})).hasMessage("the worker pool is closed");
        assertThatThrownBy(() -> WorkerPool.create(0)).hasMessage("a pool needs at least one thread, got 0");
    }
}
