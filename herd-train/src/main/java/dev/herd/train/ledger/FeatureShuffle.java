package dev.herd.train.ledger;

import dev.herd.data.Batch;
import dev.herd.data.Features;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.numerics.CounterRandom;
import java.util.Arrays;

/// Rows in which one feature's values have changed places, all else as it was: the feature keeps its
/// distribution and tells nothing about its row any more. The ids of one row, with their order and
/// weights, stay together.
final class FeatureShuffle {
    private static final long STREAM = 0x73687566;

    private FeatureShuffle() {}

    /// Which row's values each row gets: a permutation, a function of (seed, repeat).
    static int[] order(int rows, long seed, int repeat) {
        int[] order = new int[rows];
        Arrays.setAll(order, i -> i);
        for (int i = rows - 1; i > 0; i--) {
            int other = (int) CounterRandom.below(seed, STREAM + repeat, i, i + 1L);
            int swap = order[i];
            order[i] = order[other];
            order[other] = swap;
        }
        return order;
    }

    /// @param input number of the numeric input
    static Batch dense(Batch batch, int input, int[] order) {
        Features features = batch.features();
        int width = features.dense().length / features.size();
        float[] dense = features.dense().clone();
        for (int row = 0; row < order.length; row++) {
            dense[row * width + input] = features.dense()[order[row] * width + input];
        }
        return with(batch, new Features(features.size(), dense, features.sparse(), features.groups(), features.keys()));
    }

    /// @param feature number of the key
    static Batch sparse(Batch batch, int feature, int[] order) {
        KeyedJaggedTensor sparse = batch.features().expanded();
        int first = feature * sparse.stride();
        long[] ids = sparse.values().clone();
        int[] offsets = sparse.offsets().clone();
        float[] old = sparse.weights();
        float[] weights = old == null ? null : old.clone();
        int at = sparse.offsets()[first];
        for (int row = 0; row < order.length; row++) {
            offsets[first + row] = at;
            int from = sparse.offsets()[first + order[row]];
            int count = sparse.length(feature, order[row]);
            System.arraycopy(sparse.values(), from, ids, at, count);
            if (old != null && weights != null) {
                System.arraycopy(old, from, weights, at, count);
            }
            at += count;
        }
        KeyedJaggedTensor shuffled = weights == null
                ? KeyedJaggedTensor.of(sparse.keys(), sparse.stride(), ids, offsets)
                : KeyedJaggedTensor.ofWeighted(sparse.keys(), sparse.stride(), ids, offsets, weights);
        return with(batch, new Features(batch.size(), batch.features().dense(), shuffled));
    }

    private static Batch with(Batch batch, Features features) {
        return new Batch(features, batch.labels(), batch.sessions(), batch.timestamps());
    }
}
