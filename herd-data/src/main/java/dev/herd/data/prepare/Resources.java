package dev.herd.data.prepare;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What a preparation may use. It changes the speed, never the rows.
///
/// @param memory bytes that the process should stay within: a quarter is for rows being clustered, half
///     for the staging of queries and ordered splits, which do not run at the same time; the rest is left to blocks and
/// parts
/// under way
/// @param temp existing folder for temporary files; null stands for the dataset's parent
public record Resources(int threads, long memory, @Nullable Path temp) {
    public static final long DEFAULT_MEMORY = 2L << 30;
    private static final long LEAST_MEMORY = 64L << 20;

    public Resources {
        if (threads <= 0) {
            throw new IllegalArgumentException("threads must be positive, got " + threads);
        }
        if (memory < LEAST_MEMORY) {
            throw new IllegalArgumentException("memory must be at least 64 MiB, got " + memory + " bytes");
        }
    }

    public static Resources of(int threads) {
        return new Resources(threads, DEFAULT_MEMORY, null);
    }

    long sorting() {
        return memory / 4;
    }

    long staging() {
        return memory / 2;
    }
}
