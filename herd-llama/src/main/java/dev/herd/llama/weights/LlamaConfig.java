package dev.herd.llama.weights;

/// The shape of a Llama model, from Llama 2 to 3.3 and Llama Guard 3.
///
/// **Paper**: The Llama 3 Herd of Models (arXiv 2407.21783), table 3; the feed-forward widths of the
/// released checkpoints are those of their files, which differ from the table.
///
/// @param layers transformer blocks
/// @param width of the residual stream
/// @param hidden width of the feed-forward network
/// @param heads query heads
/// @param kvHeads key and value heads, each shared by `heads / kvHeads` query heads
/// @param headDim numbers of one head, even
/// @param vocabulary rows of the token embedding
/// @param contextLength positions the model was made for
/// @param ropeTheta base of the rotary frequencies
/// @param layout how query and key weights pair numbers for the rotation
/// @param normEps added to the mean square in every norm
/// @param tied whether the output matrix is the token embedding
public record LlamaConfig(
        int layers,
        int width,
        int hidden,
        int heads,
        int kvHeads,
        int headDim,
        int vocabulary,
        int contextLength,
        double ropeTheta,
        RopeScaling scaling,
        RopeLayout layout,
        double normEps,
        boolean tied) {
    // Beyond any model, and small enough for products of two of them to stay far from the limits of a long.
    private static final int MOST_LAYERS = 4096;
    private static final int WIDEST = 1 << 24;
    private static final int LONGEST = 1 << 30;

    public LlamaConfig {
        within("layers", layers, MOST_LAYERS);
        within("width", width, WIDEST);
        within("hidden", hidden, WIDEST);
        within("heads", heads, WIDEST);
        within("kvHeads", kvHeads, heads);
        within("headDim", headDim, WIDEST);
        within("vocabulary", vocabulary, LONGEST);
        within("contextLength", contextLength, LONGEST);
        if (heads % kvHeads != 0) {
            throw new IllegalArgumentException(
                    "heads must be a multiple of kvHeads, got " + heads + " heads and " + kvHeads + " kvHeads");
        }
        within("heads * headDim", (long) heads * headDim, WIDEST);
        if (headDim % 2 != 0) {
            throw new IllegalArgumentException("headDim must be even, got " + headDim);
        }
        if (!(ropeTheta > 0) || Double.isInfinite(ropeTheta)) {
            throw new IllegalArgumentException("ropeTheta must be positive and finite, got " + ropeTheta);
        }
        if (!(normEps >= 0) || Double.isInfinite(normEps)) {
            throw new IllegalArgumentException("normEps must be finite and not negative, got " + normEps);
        }
        if (scaling instanceof RopeScaling.Factors factors && factors.divisors().length != headDim / 2) {
            throw new IllegalArgumentException("the rope scaling needs headDim / 2 = " + headDim / 2 + " divisors, got "
                    + factors.divisors().length);
        }
    }

    private static void within(String what, long value, long most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(what + " must be 1 to " + most + ", got " + value);
        }
    }

    /// Width of the queries of one token: `heads * headDim`.
    public int queryWidth() {
        return heads * headDim;
    }

    /// Width of the keys, and of the values, of one token: `kvHeads * headDim`.
    public int kvWidth() {
        return kvHeads * headDim;
    }

    /// The angle that pair `i` of a head turns by from one position to the next, scaled: `headDim / 2`
    /// numbers.
    public double[] frequencies() {
        double[] frequencies = new double[headDim / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = plainFrequency(i) / scaling.divisor(i, plainFrequency(i));
        }
        return frequencies;
    }

    /// What the scaling divides each of the [#frequencies] by.
    public float[] frequencyDivisors() {
        float[] divisors = new float[headDim / 2];
        for (int i = 0; i < divisors.length; i++) {
            divisors[i] = (float) scaling.divisor(i, plainFrequency(i));
        }
        return divisors;
    }

    private double plainFrequency(int i) {
        return Math.pow(ropeTheta, -2.0 * i / headDim);
    }

    /// How many numbers the model is made of; a tied output matrix counts once.
    public long parameters() {
        long total = 0;
        for (Role role : Role.values()) {
            if (role == Role.OUTPUT && tied) {
                continue;
            }
            long one = 1;
            for (long extent : role.shape(this)) {
                one = Math.multiplyExact(one, extent);
            }
            total = Math.addExact(total, Math.multiplyExact(one, role.perLayer() ? layers : 1));
        }
        return total;
    }

    /// Numbers that the key-value cache keeps of each token, over all layers.
    public long cacheNumbersPerToken() {
        return 2L * layers * kvWidth();
    }
}
