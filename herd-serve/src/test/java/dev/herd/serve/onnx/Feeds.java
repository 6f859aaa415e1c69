package dev.herd.serve.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.Features;
import dev.herd.data.JaggedTensor;
import dev.herd.data.KeyedJaggedTensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/// Batches of Herd as the inputs of a file that takes ids.
final class Feeds {
    private Feeds() {}

    /// @param names inputs that the file has
    static Map<String, OnnxTensor> of(FeatureSchema schema, Features features, Set<String> names) throws OrtException {
        Map<String, OnnxTensor> feeds = ids(schema, features.expanded(), false);
        int columns = schema.dense().size();
        if (columns > 0) {
            feeds.put("dense", OrtModel.tensor(features.dense(), features.size(), columns));
        }
        feeds.keySet().retainAll(names);
        return feeds;
    }

    /// Garbage stands in the weights of padding.
    ///
    /// @param front whether padding comes before the ids rather than behind them
    static Map<String, OnnxTensor> ids(FeatureSchema schema, KeyedJaggedTensor batch, boolean front)
            throws OrtException {
        Map<String, OnnxTensor> feeds = new HashMap<>();
        for (SparseFeature feature : schema.sparse()) {
            JaggedTensor column = batch.jagged(feature.name());
            int rows = batch.stride();
            boolean single = feature.arity() == Arity.SINGLE;
            int length = single
                    ? 1
                    : IntStream.range(0, rows).map(column::length).max().orElse(0);
            long[] ids = new long[rows * length];
            float[] weights = new float[rows * length];
            Arrays.fill(ids, Lookups.PADDING);
            Arrays.fill(weights, Float.NaN);
            for (int row = 0; row < rows; row++) {
                int count = column.length(row);
                int from = column.offsets()[row];
                int to = row * length + (front ? length - count : 0);
                System.arraycopy(column.values(), from, ids, to, count);
                if (column.weights() != null) {
                    System.arraycopy(column.weights(), from, weights, to, count);
                }
            }
            long[] shape = single ? new long[] {rows} : new long[] {rows, length};
            feeds.put(feature.name(), OrtModel.tensor(ids, shape));
            if (feature.weighted()) {
                feeds.put(feature.name() + "/weights", OrtModel.tensor(weights, shape));
            }
        }
        return feeds;
    }
}
