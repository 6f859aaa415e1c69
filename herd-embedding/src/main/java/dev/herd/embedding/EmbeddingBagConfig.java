package dev.herd.embedding;

import java.util.List;

/// One embedding table and the features that read it.
///
/// ```java
/// EmbeddingBagConfig.of("item", 2_000_000, 64, List.of("item", "clicked_items"))
/// ```
///
/// @param name name of the table, unique in its collection; seeds its rows and names it in checkpoints
/// @param numEmbeddings R, number of rows; ids lie in `[0, R)`
/// @param embeddingDim D, width of a row
/// @param features id features that are pooled, one row per bag
/// @param sequences id features that are looked up id by id, without pooling
/// @param pooling how the rows of a bag become one
/// @param precision how rows are stored; all but FP32 rows are updated with stochastic rounding
/// @param init first values of the rows
/// @param outOfRange what happens to ids outside the table
public record EmbeddingBagConfig(
        String name,
        long numEmbeddings,
        int embeddingDim,
        List<String> features,
        List<Sequence> sequences,
        PoolingType pooling,
        RowFormat precision,
        RowInit init,
        OutOfRange outOfRange) {

    /// A feature that is looked up id by id.
    ///
    /// @param maxLength most ids of a row that count, the last ones; the others are not even read
    /// @param unique whether, of a deduplicated feature, the unique rows are wanted and not those of the
    ///     batch
    public record Sequence(String feature, int maxLength, boolean unique) {
        public Sequence {
            if (maxLength < 1) {
                throw new IllegalArgumentException(
                        "sequence '" + feature + "' needs a positive length, got " + maxLength);
            }
        }

        /// A sequence with a row for every row of the batch.
        public Sequence(String feature, int maxLength) {
            this(feature, maxLength, false);
        }

        /// A sequence of any length.
        public static Sequence of(String feature) {
            return new Sequence(feature, Integer.MAX_VALUE);
        }
    }

    /// Most rows that one table can have.
    public static final long MAX_ROWS = 1L << 32;

    public EmbeddingBagConfig {
        features = List.copyOf(features);
        sequences = List.copyOf(sequences);
        if (name.isBlank()) {
            throw new IllegalArgumentException("an embedding table needs a name");
        }
        if (numEmbeddings <= 0 || numEmbeddings > MAX_ROWS) {
            throw new IllegalArgumentException(
                    "table '" + name + "' needs between 1 and 2^32 rows, got " + numEmbeddings);
        }
        if (embeddingDim <= 0) {
            throw new IllegalArgumentException("table '" + name + "' needs a positive width, got " + embeddingDim);
        }
        if (features.isEmpty() && sequences.isEmpty()) {
            throw new IllegalArgumentException("table '" + name + "' is read by no feature");
        }
    }

    /// A table of pooled features whose ids must lie in range.
    public EmbeddingBagConfig(
            String name,
            long numEmbeddings,
            int embeddingDim,
            List<String> features,
            PoolingType pooling,
            RowFormat precision,
            RowInit init) {
        this(name, numEmbeddings, embeddingDim, features, List.of(), pooling, precision, init, OutOfRange.FAIL);
    }

    /// A sum-pooled fp32 table with [RowInit#scaledUniform] rows.
    public static EmbeddingBagConfig of(String name, long numEmbeddings, int embeddingDim, List<String> features) {
        return new EmbeddingBagConfig(
                name,
                numEmbeddings,
                embeddingDim,
                features,
                PoolingType.SUM,
                RowFormat.FP32,
                RowInit.scaledUniform(Math.max(1, numEmbeddings)));
    }

    public EmbeddingBagConfig withPooling(PoolingType other) {
        return new EmbeddingBagConfig(
                name, numEmbeddings, embeddingDim, features, sequences, other, precision, init, outOfRange);
    }

    public EmbeddingBagConfig withPrecision(RowFormat other) {
        return new EmbeddingBagConfig(
                name, numEmbeddings, embeddingDim, features, sequences, pooling, other, init, outOfRange);
    }

    public EmbeddingBagConfig withInit(RowInit other) {
        return new EmbeddingBagConfig(
                name, numEmbeddings, embeddingDim, features, sequences, pooling, precision, other, outOfRange);
    }

    public EmbeddingBagConfig withSequences(List<Sequence> other) {
        return new EmbeddingBagConfig(
                name, numEmbeddings, embeddingDim, features, other, pooling, precision, init, outOfRange);
    }

    public EmbeddingBagConfig withOutOfRange(OutOfRange other) {
        return new EmbeddingBagConfig(
                name, numEmbeddings, embeddingDim, features, sequences, pooling, precision, init, other);
    }
}
