package dev.herd.bench.reproduce.lab;

import java.util.function.IntToLongFunction;

/// Finds the width at which a model costs as much as another.
public final class Matching {
    private Matching() {}

    /// The width from 1 on whose cost is closest to the target; cost must grow with the width.
    public static int width(long target, IntToLongFunction cost) {
        int high = 1;
        while (cost.applyAsLong(high) < target) {
            high = Math.multiplyExact(high, 2);
        }
        int low = high / 2 + 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (cost.applyAsLong(middle) < target) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low > 1 && target - cost.applyAsLong(low - 1) < cost.applyAsLong(low) - target ? low - 1 : low;
    }
}
