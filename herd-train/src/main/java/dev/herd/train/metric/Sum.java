package dev.herd.train.metric;

/// A sum of doubles that carries its own rounding error along (Neumaier's compensated summation).
///
/// **Errors**: about two units in the last place of the sum of magnitudes, whatever the number of terms.
final class Sum {
    private double sum;
    private double lost;

    void add(double term) {
        double next = sum + term;
        lost += Math.abs(sum) >= Math.abs(term) ? (sum - next) + term : (term - next) + sum;
        sum = next;
    }

    void add(Sum other) {
        add(other.sum);
        lost += other.lost;
    }

    double value() {
        return sum + lost;
    }
}
