package dev.herd.embedding;

/// One feature of one table: where its rows go.
///
/// @param number position among the collection's slots
/// @param table index of the table
/// @param key name of the feature in the batch
/// @param pooled whether the feature is pooled; a sequence otherwise
/// @param column first column of a pooled feature's rows in the output
/// @param maxLength most ids of a row that count, the last ones; for sequences
/// @param unique whether equal rows of a group are looked up once
record Slot(int number, int table, String key, boolean pooled, int column, int maxLength, boolean unique) {
    static Slot pooled(int number, int table, String key, int column) {
        return new Slot(number, table, key, true, column, Integer.MAX_VALUE, true);
    }

    static Slot sequence(int number, int table, EmbeddingBagConfig.Sequence sequence) {
        return new Slot(number, table, sequence.feature(), false, 0, sequence.maxLength(), sequence.unique());
    }
}
