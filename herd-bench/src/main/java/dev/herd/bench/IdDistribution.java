package dev.herd.bench;

import dev.herd.numerics.CounterRandom;
import java.util.Locale;

/// How often the rows of a table are asked for.
enum IdDistribution {
    /// every row alike
    UNIFORM {
        @Override
        void fill(long[] ids, long rows, long seed, long stream) {
            for (int i = 0; i < ids.length; i++) {
                ids[i] = CounterRandom.below(seed, stream, i, rows);
            }
        }
    },
    /// Zipf 1.05, popular rows scattered over the table as hashing scatters them
    ZIPF {
        @Override
        void fill(long[] ids, long rows, long seed, long stream) {
            Zipf zipf = new Zipf(rows, 1.05);
            long step = coprime(rows);
            for (int i = 0; i < ids.length; i++) {
                ids[i] = Math.floorMod(zipf.rank(seed, stream, i) * step, rows);
            }
        }
    };

    abstract void fill(long[] ids, long rows, long seed, long stream);

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// A factor near the golden section that permutes `0 .. rows-1`.
    private static long coprime(long rows) {
        long step = Math.max(1, (long) (rows * 0.6180339887498949));
        while (gcd(step, rows) != 1) {
            step++;
        }
        return step;
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
