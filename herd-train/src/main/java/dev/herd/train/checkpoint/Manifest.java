package dev.herd.train.checkpoint;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a checkpoint's `manifest.json` holds.
///
/// @param format always [#FORMAT]
/// @param version of the format
/// @param best the step whose weights are the best so far
/// @param state what training needs beside the arrays: position, schedules, counters
record Manifest(
        String format,
        int version,
        @Nullable Long best,
        JsonNode state,
        List<ArrayEntry> arrays,
        List<ChunkEntry> chunks) {
    static final String FORMAT = "herd-checkpoint";

    /// Of checkpoints without packed arrays, which every Herd reads.
    static final int PLAIN = 1;

    /// Of checkpoints with packed arrays.
    static final int VERSION = 2;

    static int versionOf(List<ArrayEntry> arrays) {
        return arrays.stream().allMatch(array -> array.packing() == null) ? PLAIN : VERSION;
    }

    Manifest {
        arrays = List.copyOf(arrays);
        chunks = List.copyOf(chunks);
    }

    /// @param packing as in [StoredArray]
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ArrayEntry(
            String name,
            DType type,
            List<Long> shape,
            @Nullable String packing) {
        ArrayEntry {
            shape = List.copyOf(shape);
        }

        static ArrayEntry of(StoredArray array) {
            return new ArrayEntry(
                    array.name(),
                    array.type(),
                    java.util.Arrays.stream(array.shape()).boxed().toList(),
                    array.packing());
        }
    }

    record ChunkEntry(String file, long bytes, String sha256, List<RangeEntry> ranges) {
        ChunkEntry {
            ranges = List.copyOf(ranges);
        }
    }

    /// Rows of an array, and where they start within the chunk file.
    record RangeEntry(String array, long start, long end, long offset, long bytes) {}
}
