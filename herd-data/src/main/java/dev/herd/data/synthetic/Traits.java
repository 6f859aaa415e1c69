package dev.herd.data.synthetic;

import dev.herd.numerics.CounterRandom;

/// The hidden numbers that the values of one column carry: what the label depends on.
///
/// A trait has mean 0 and variance 1 over the ids. For the ids of popularity ranks 2i and 2i+1 it is the same number
/// with opposite signs, so that traits cancel between neighbors in popularity; its size lies between 0.7 and 1.2
/// (the root of a uniform number in [0.5, 1.5)). Of a dense column, trait 0 is the number x itself and every further
/// one `(x^2 - 1) / sqrt(2)`.
///
/// With drift, the trait of day d is `cos(drift d) a + sin(drift d) b` of two independent traits a and b.
final class Traits {
    private final Column column;
    private final double drift;
    private final long seed;

    Traits(Column column, double drift, long seed) {
        this.column = column;
        this.drift = drift;
        this.seed = seed;
    }

    /// The factor that each row puts into a product: the trait of its id; of several ids, the weighted sum of their
    /// traits divided by the root of the column's mean length, which brings its variance to about 1; 0 without ids.
    double[] factors(ColumnValues values, int trait, Sessions sessions) {
        double[] factors = new double[sessions.size()];
        double scale = Math.sqrt(2.0 / (column.minLength() + column.maxLength()));
        for (int row = 0; row < factors.length; row++) {
            double angle = drift == 0 ? 0 : drift * Sessions.day(sessions.seconds()[row]);
            factors[row] =
                    column.sparse() ? scale * sum(values, row, trait, angle) : ofNumber(values.weights()[row], trait);
        }
        return factors;
    }

    private double sum(ColumnValues values, int row, int trait, double angle) {
        double sum = 0;
        for (int i = values.from(row); i < values.to(row); i++) {
            sum += values.weights()[i] * ofRank(values.ranks()[i], trait, angle);
        }
        return sum;
    }

    private static double ofNumber(double x, int trait) {
        return trait == 0 ? x : (x * x - 1) * Math.sqrt(0.5);
    }

    double ofRank(long rank, int trait, double angle) {
        double now = fixed(rank, 2L * trait);
        return angle == 0 ? now : Math.cos(angle) * now + Math.sin(angle) * fixed(rank, 2L * trait + 1);
    }

    private double fixed(long rank, long stream) {
        long bits = CounterRandom.bits(seed, stream, rank >>> 1);
        double size = Math.sqrt(0.5 + (bits >>> 11) * 0x1.0p-53);
        return ((bits ^ rank) & 1) == 0 ? size : -size;
    }
}
