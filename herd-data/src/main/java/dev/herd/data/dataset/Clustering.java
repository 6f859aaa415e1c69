package dev.herd.data.dataset;

import dev.herd.data.Progress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// With what a writer clusters rows by session.
///
/// @param memory bytes that rows may take while they are sorted; what does not fit goes to files
/// @param temp folder for these files, which must exist; null stands for the dataset's parent
public record Clustering(long memory, @Nullable Path temp, Progress progress) {
    public static final long LEAST_MEMORY = 64L << 10;

    public Clustering {
        if (memory < LEAST_MEMORY) {
            throw new IllegalArgumentException(
                    "clustering needs at least " + LEAST_MEMORY + " bytes of memory, got " + memory);
        }
    }
}
