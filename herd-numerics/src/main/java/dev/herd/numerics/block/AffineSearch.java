package dev.herd.numerics.block;

import static dev.herd.numerics.block.BlockFormat.between;
import static dev.herd.numerics.block.BlockFormat.nearest;

/// Looks for the scale and the minimum, never above zero, with which 32 numbers are best written as
/// `minimum + scale q`, `q` a whole number from 0 to `levels`.
///
/// Errors are squared and weighted by the size of the number plus the root mean square of all. The plain
/// grid over the range of the numbers is tried, and 21 that are finer or coarser, counted from the best
/// minimum so far; each gives whole numbers, for which the scale and the minimum of the least error are
/// known exactly.
final class AffineSearch {
    private static final int WIDTH = 32;
    private static final int STEPS = 21;
    private static final float FIRST = -1;
    private static final float STEP = 0.1f;

    private final int levels;
    private final float[] numbers = new float[WIDTH];
    private final float[] weights = new float[WIDTH];
    private final float[] q = new float[WIDTH];
    private float weightSum;
    private float numberSum;
    private float scale;
    private float minimum;
    private float error;

    AffineSearch(int levels) {
        this.levels = levels;
    }

    float scale() {
        return scale;
    }

    float minimum() {
        return minimum;
    }

    void run(float[] from, int at) {
        System.arraycopy(from, at, numbers, 0, WIDTH);
        weigh();
        float highest = numbers[0];
        minimum = Math.min(0, numbers[0]);
        for (float number : numbers) {
            highest = Math.max(highest, number);
            minimum = Math.min(minimum, number);
        }
        if (highest == minimum) {
            scale = 0;
            return;
        }
        float inverse = levels / (highest - minimum);
        scale = 1 / inverse;
        round(inverse);
        error = error(scale, minimum);
        for (int step = 0; step < STEPS; step++) {
            round((FIRST + STEP * step + levels) / (highest - minimum));
            improve();
        }
    }

    private void weigh() {
        float squares = 0;
        for (float number : numbers) {
            squares += number * number;
        }
        float usual = (float) Math.sqrt(squares / WIDTH);
        weightSum = 0;
        numberSum = 0;
        for (int i = 0; i < WIDTH; i++) {
            weights[i] = usual + Math.abs(numbers[i]);
            weightSum += weights[i];
            numberSum += weights[i] * numbers[i];
        }
    }

    private void round(float inverse) {
        for (int i = 0; i < WIDTH; i++) {
            q[i] = between(nearest(inverse * (numbers[i] - minimum)), 0, levels);
        }
    }

    /// Takes the best scale and minimum for the present whole numbers if they are better than those found.
    private void improve() {
        float sum = 0;
        float squares = 0;
        float products = 0;
        for (int i = 0; i < WIDTH; i++) {
            float weighted = weights[i] * q[i];
            sum += weighted;
            squares += weighted * q[i];
            products += weighted * numbers[i];
        }
        float determinant = weightSum * squares - sum * sum;
        if (determinant <= 0) {
            return;
        }
        float bestScale = (weightSum * products - numberSum * sum) / determinant;
        float bestMinimum = (squares * numberSum - sum * products) / determinant;
        if (bestMinimum > 0) {
            bestMinimum = 0;
            bestScale = products / squares;
        }
        float found = error(bestScale, bestMinimum);
        if (found < error) {
            error = found;
            scale = bestScale;
            minimum = bestMinimum;
        }
    }

    private float error(float scale, float minimum) {
        float sum = 0;
        for (int i = 0; i < WIDTH; i++) {
            float difference = scale * q[i] + minimum - numbers[i];
            sum += weights[i] * (difference * difference);
        }
        return sum;
    }
}
