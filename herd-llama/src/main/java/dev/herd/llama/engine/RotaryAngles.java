package dev.herd.llama.engine;

import dev.herd.llama.weights.LlamaConfig;
import dev.herd.llama.weights.RopeLayout;
import dev.herd.numerics.kernel.Rotary;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Cosines and sines of rotary embedding.
///
/// **Errors**: angles are taken in double precision, so they are as exact at position 131,071 as at 1.
/// **Paper**: The Llama 3 Herd of Models (arXiv 2407.21783), section 3.2.
final class RotaryAngles {
    private final LlamaConfig config;
    private final double[] frequencies;

    RotaryAngles(LlamaConfig config) {
        this.config = config;
        frequencies = new double[config.headDim() / 2];
        for (int i = 0; i < frequencies.length; i++) {
            double plain = Math.pow(config.ropeTheta(), -2.0 * i / config.headDim());
            frequencies[i] = plain / config.scaling().divisor(i, plain);
        }
    }

    /// Writes the table that [Rotary] reads for one position: `2 * headDim` floats.
    void fill(int position, MemorySegment table, long at) {
        int dim = config.headDim();
        boolean adjacent = config.layout() == RopeLayout.INTERLEAVED;
        for (int i = 0; i < frequencies.length; i++) {
            float cosine = (float) Math.cos(position * frequencies[i]);
            float sine = (float) Math.sin(position * frequencies[i]);
            int first = adjacent ? 2 * i : i;
            int second = adjacent ? 2 * i + 1 : i + dim / 2;
            table.setAtIndex(ValueLayout.JAVA_FLOAT, at + first, cosine);
            table.setAtIndex(ValueLayout.JAVA_FLOAT, at + second, cosine);
            table.setAtIndex(ValueLayout.JAVA_FLOAT, at + dim + first, -sine);
            table.setAtIndex(ValueLayout.JAVA_FLOAT, at + dim + second, sine);
        }
    }

    /// Turns `heads` heads that start at float `at`.
    void turn(MemorySegment x, long at, int heads, MemorySegment table, long tableAt) {
        switch (config.layout()) {
            case INTERLEAVED -> Rotary.turnAdjacent(x, at, heads, config.headDim(), table, tableAt);
            case HALVES -> Rotary.turnHalves(x, at, heads, config.headDim(), table, tableAt);
        }
    }
}
