package dev.herd.embedding;

import dev.herd.numerics.CounterRandom;

/// First values of a table's rows: a pure function of the collection's seed, the table's name and the row number, so
/// that a row has the same values whether or when it is made, on whichever machine and in whichever shard.
public sealed interface RowInit {
    /// Independent draws from the normal distribution around zero.
    record Normal(double standardDeviation) implements RowInit {
        public Normal {
            if (!(standardDeviation >= 0) || Double.isInfinite(standardDeviation)) {
                throw new IllegalArgumentException(
                        "the standard deviation of initial rows must be finite and not negative, got "
                                + standardDeviation);
            }
        }
    }

    /// Independent draws from `[low, high)`.
    record Uniform(double low, double high) implements RowInit {
        public Uniform {
            if (!(low <= high) || Double.isInfinite(low) || Double.isInfinite(high)) {
                throw new IllegalArgumentException(
                        "initial rows need finite bounds with low <= high, got " + low + " and " + high);
            }
        }
    }

    /// All zeros; pages of the table are not even touched.
    record Zeros() implements RowInit {}

    static RowInit normal(double standardDeviation) {
        return new Normal(standardDeviation);
    }

    static RowInit uniform(double low, double high) {
        return new Uniform(low, high);
    }

    /// Uniform in `+-1/sqrt(rows)`, as DLRM and TorchRec begin.
    static RowInit scaledUniform(long rows) {
        double bound = 1 / Math.sqrt(rows);
        return new Uniform(-bound, bound);
    }

    static RowInit zeros() {
        return new Zeros();
    }

    /// Writes the initial row to `out[0..dim)`.
    ///
    /// @param table number that stands for the table's name, from [#tableStream]
    default void row(long seed, long table, long row, float[] out, int dim) {
        long key = CounterRandom.bits(seed, table, row);
        switch (this) {
            case Normal(double deviation) -> {
                for (int d = 0; d < dim; d++) {
                    out[d] = (float) (deviation * CounterRandom.gaussian(key, 0, d));
                }
            }
            case Uniform(double low, double high) -> {
                for (int d = 0; d < dim; d++) {
                    out[d] = (float) (low + (high - low) * CounterRandom.uniform(key, 0, d));
                }
            }
            case Zeros() -> java.util.Arrays.fill(out, 0, dim, 0f);
        }
    }

    /// The random stream of a table: 64-bit FNV-1a of its name's characters, mixed.
    static long tableStream(String name) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * 0x100000001B3L;
        }
        return CounterRandom.mix(hash);
    }
}
