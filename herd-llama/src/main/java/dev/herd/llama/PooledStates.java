package dev.herd.llama;

/// Collects the hidden states of one text, in their order.
///
/// **Errors**: sums in fp64, rounded once.
public final class PooledStates {
    private final Pooling pooling;
    private double[] sum = {};
    private int count;

    public PooledStates(Pooling pooling) {
        this.pooling = pooling;
    }

    public void add(float[]... states) {
        for (float[] state : states) {
            if (count++ == 0 || pooling == Pooling.LAST) {
                sum = new double[state.length];
            }
            for (int i = 0; i < state.length; i++) {
                sum[i] += state[i];
            }
        }
    }

    /// The vector of what was added; a mean needs no division, for its length is 1 in the end.
    public Embedding embedding() {
        double squares = 0;
        for (double each : sum) {
            squares += each * each;
        }
        double length = squares == 0 ? 1 : Math.sqrt(squares);
        float[] vector = new float[sum.length];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (sum[i] / length);
        }
        return new Embedding(vector, count);
    }
}
