package dev.herd.bench.torch;

import dev.herd.nn.LibTorch;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Threads of plain libtorch on the calling thread.
///
/// @param operators threads inside one of libtorch's own operators
/// @param blas threads inside one matrix product of OpenBLAS
public record TorchThreads(int operators, int blas) {
    public static final TorchThreads ONE = new TorchThreads(1, 1);

    /// OpenBLAS's threads spin for about a tenth of a second after their last product.
    private static final long UNTIL_QUIET = Duration.ofMillis(150).toNanos();

    /// What a user with so many threads may choose: OpenBLAS with all of them, which spin while they wait and may get
    /// in
    /// the way of the other operators, or with one.
    public static List<TorchThreads> choices(int threads) {
        return threads == 1 ? List.of(ONE) : List.of(new TorchThreads(threads, threads), new TorchThreads(threads, 1));
    }

    /// Sets the threads and waits until those of an earlier setting sleep.
    public void apply() {
        LibTorch.threads(operators);
        LibTorch.openBlasThreads(blas);
        long end = System.nanoTime() + UNTIL_QUIET;
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }
}
