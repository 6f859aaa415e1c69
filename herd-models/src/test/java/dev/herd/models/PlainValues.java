package dev.herd.models;

import java.util.LinkedHashMap;
import java.util.Map;

/// Everything a model computes from, as plain arrays in double precision: what the slow references read
/// and the finite differences disturb.
public final class PlainValues {
    public final int batch;
    public final int sparse;
    public final int inputs;
    public final int tasks;
    /// Row-major, by parameter name; running statistics included.
    public final Map<String, double[]> parameters = new LinkedHashMap<>();
    /// `[B, F, width]` by group.
    public final Map<String, double[]> embeddings = new LinkedHashMap<>();
    /// By feature.
    public final Map<String, Sequence> sequences = new LinkedHashMap<>();
    /// `[B, I]`.
    public final double[] dense;
    /// `[B, K]`.
    public final double[] labels;

    /// A sequence, padded at the front.
    ///
    /// @param embedding `[B, length, width]`
    /// @param counts ids of each row
    public record Sequence(int length, int width, double[] embedding, int[] counts) {
        /// The embeddings of a row's ids, oldest first: `[count][width]`.
        public double[][] row(int row) {
            double[][] found = new double[counts[row]][width];
            for (int i = 0; i < found.length; i++) {
                int place = (row + 1) * length - found.length + i;
                System.arraycopy(embedding, place * width, found[i], 0, width);
            }
            return found;
        }
    }

    public Sequence sequence(String feature) {
        Sequence found = sequences.get(feature);
        if (found == null) {
            throw new AssertionError("no sequence '" + feature + "' among " + sequences.keySet());
        }
        return found;
    }

    public PlainValues(int batch, int sparse, int inputs, int tasks, double[] dense, double[] labels) {
        this.batch = batch;
        this.sparse = sparse;
        this.inputs = inputs;
        this.tasks = tasks;
        this.dense = dense;
        this.labels = labels;
    }

    public double[] parameter(String name) {
        double[] found = parameters.get(name);
        if (found == null) {
            throw new AssertionError("no parameter '" + name + "' among " + parameters.keySet());
        }
        return found;
    }

    public double[] embedding(String group) {
        double[] found = embeddings.get(group);
        if (found == null) {
            throw new AssertionError("no group '" + group + "' among " + embeddings.keySet());
        }
        return found;
    }

    /// The mean cross-entropy of logits `[B][K]`.
    public double loss(double[][] logits) {
        double sum = 0;
        for (int row = 0; row < batch; row++) {
            for (int task = 0; task < tasks; task++) {
                double z = logits[row][task];
                double y = labels[row * tasks + task];
                sum += Math.max(z, 0) - z * y + Math.log1p(Math.exp(-Math.abs(z)));
            }
        }
        return sum / (batch * tasks);
    }
}
