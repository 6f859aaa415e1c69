package dev.herd.embedding;

/// One feature of one table: where its pooled rows go.
///
/// @param number position among the collection's slots
/// @param table index of the table
/// @param key name of the feature in the batch
/// @param pooled whether the feature is pooled; a sequence otherwise
/// @param column first column of a pooled feature's rows in the output
record Slot(int number, int table, String key, boolean pooled, int column) {}
