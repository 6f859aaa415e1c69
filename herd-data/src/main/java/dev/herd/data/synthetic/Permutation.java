package dev.herd.data.synthetic;

import dev.herd.numerics.CounterRandom;
import java.math.BigInteger;

/// A bijection between popularity ranks and ids in `[0, n)`, so that popular ids are scattered over the table as they
/// are in real logs: `id = (rank * factor + shift) mod n` with a factor that shares no divisor with n.
final class Permutation {
    private final long n;
    private final long factor;
    private final long inverse;
    private final long shift;

    private Permutation(long n, long factor, long shift) {
        this.n = n;
        this.factor = factor;
        this.inverse =
                BigInteger.valueOf(factor).modInverse(BigInteger.valueOf(n)).longValueExact();
        this.shift = shift;
    }

    /// @param n at most 2^31, so that products fit into 63 bits
    static Permutation of(long n, long seed, long stream) {
        if (n == 1) {
            return new Permutation(1, 1, 0);
        }
        long factor = 1 + CounterRandom.below(seed, stream, 0, n - 1);
        while (!BigInteger.valueOf(factor).gcd(BigInteger.valueOf(n)).equals(BigInteger.ONE)) {
            factor = factor % (n - 1) + 1;
        }
        return new Permutation(n, factor, CounterRandom.below(seed, stream, 1, n));
    }

    long id(long rank) {
        return (rank * factor + shift) % n;
    }

    long rank(long id) {
        return (id + n - shift) % n * inverse % n;
    }
}
