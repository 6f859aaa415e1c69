package dev.herd.bench;

import dev.herd.data.KeyedJaggedTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Tables and batches of an embedding benchmark: eight tables of one size, bags of one length.
///
/// @param width columns D of a row
/// @param pooling ids in a bag
/// @param large tables of 128 MB each, beyond any cache; else of 256 KB, within it
record BagShape(IdDistribution distribution, int width, int pooling, boolean large) {
    static final int TABLES = 8;
    static final int BATCH = 2048;

    private static final long SMALL_BYTES = 256 << 10;
    private static final long LARGE_BYTES = 128 << 20;
    private static final int IDS_AT_LEAST = 2_000_000;
    private static final long SEED = 20_260_101;

    /// Rows of every table.
    long rows() {
        return (large ? LARGE_BYTES : SMALL_BYTES) / ((long) width * Float.BYTES);
    }

    int idsPerBatch() {
        return TABLES * BATCH * pooling;
    }

    /// As `zipf/d64/p20/large`.
    String name() {
        return distribution.label() + "/d" + width + "/p" + pooling + "/" + (large ? "large" : "small");
    }

    List<String> features() {
        List<String> features = new ArrayList<>();
        for (int table = 0; table < TABLES; table++) {
            features.add("c" + table);
        }
        return List.copyOf(features);
    }

    /// Batches enough that going through all of them touches far more memory than a cache holds.
    List<KeyedJaggedTensor> batches() {
        int count = Math.ceilDiv(IDS_AT_LEAST, idsPerBatch());
        List<String> features = features();
        long[][] ids = new long[TABLES][count * BATCH * pooling];
        for (int table = 0; table < TABLES; table++) {
            distribution.fill(ids[table], rows(), SEED, table);
        }
        int[] offsets = new int[TABLES * BATCH + 1];
        Arrays.setAll(offsets, bag -> bag * pooling);
        List<KeyedJaggedTensor> batches = new ArrayList<>();
        for (int batch = 0; batch < count; batch++) {
            long[] values = new long[idsPerBatch()];
            int run = BATCH * pooling;
            for (int table = 0; table < TABLES; table++) {
                System.arraycopy(ids[table], batch * run, values, table * run, run);
            }
            batches.add(KeyedJaggedTensor.of(features, BATCH, values, offsets));
        }
        return List.copyOf(batches);
    }
}
