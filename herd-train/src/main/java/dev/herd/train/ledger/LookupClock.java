package dev.herd.train.ledger;

import dev.herd.data.Batch;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.embedding.EmbeddingBagCollection;
import dev.herd.embedding.EmbeddingTable;
import dev.herd.train.TrainedModel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Times the lookup of each table: in rounds, all tables in turn, so that none finds the caches warmer
/// than it would in a lookup of all; what counts is the median.
final class LookupClock {
    private static final int ROUNDS = 15;

    private LookupClock() {}

    /// Nanoseconds a row by table.
    static Map<String, Double> nanosPerRow(TrainedModel model, Batch batch) {
        Map<String, double[]> measured = new LinkedHashMap<>();
        for (EmbeddingBagCollection tables : model.collections().values()) {
            tables.tables().forEach(table -> measured.put(table.name(), new double[ROUNDS]));
        }
        KeyedJaggedTensor ids = batch.features().expanded();
        for (int round = -1; round < ROUNDS; round++) {
            for (EmbeddingBagCollection collection : model.collections().values()) {
                collection.lookup(ids);
                List<EmbeddingTable> tables = collection.tables();
                for (int i = 0; i < tables.size(); i++) {
                    EmbeddingTable table = tables.get((i + round + 1) % tables.size());
                    long start = System.nanoTime();
                    collection.lookupAgain(table);
                    double nanos = System.nanoTime() - start;
                    double[] all = measured.get(table.name());
                    if (round >= 0 && all != null) {
                        all[round] = nanos / batch.size();
                    }
                }
            }
        }
        Map<String, Double> medians = new LinkedHashMap<>();
        measured.forEach((name, nanos) -> {
            Arrays.sort(nanos);
            medians.put(name, nanos[ROUNDS / 2]);
        });
        return medians;
    }
}
