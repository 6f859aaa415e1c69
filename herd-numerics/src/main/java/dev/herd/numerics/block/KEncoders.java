package dev.herd.numerics.block;

import static dev.herd.numerics.block.BlockFormat.between;
import static dev.herd.numerics.block.BlockFormat.largest;
import static dev.herd.numerics.block.BlockFormat.nearest;
import static dev.herd.numerics.block.BlockFormat.putByte;
import static dev.herd.numerics.block.BlockFormat.putHalf;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Writes blocks of 256 integers. The scale of each part is searched so that the weighted sum of squared
/// errors is least; then the scales are rounded to few bits, and the numbers again with the rounded ones.
final class KEncoders {
    private static final int WIDTH = 256;

    /// Below it a part of [#toQ6] counts as zeros.
    private static final float SMALLEST = 1e-15f;

    private KEncoders() {}

    /// Eight parts of 32, each `scale q - minimum`, searched by [AffineSearch]. Scales and minima become
    /// 63rds of the largest of their kind.
    static void toQ4(float[] numbers, MemorySegment to, long at) {
        float[] scales = new float[8];
        float[] minima = new float[8];
        AffineSearch search = new AffineSearch(15);
        for (int part = 0; part < 8; part++) {
            search.run(numbers, part * 32);
            scales[part] = search.scale();
            minima[part] = -search.minimum();
        }
        float largestScale = largest(scales, 0, 8);
        float largestMinimum = largest(minima, 0, 8);
        float d = putHalf(to, at, largestScale / 63);
        float dmin = putHalf(to, at + 2, largestMinimum / 63);
        int[] wholeScales = sixtyThirds(scales, largestScale);
        int[] wholeMinima = sixtyThirds(minima, largestMinimum);
        putScales(wholeScales, wholeMinima, to, at + 4);
        int[] q = new int[WIDTH];
        for (int i = 0; i < WIDTH; i++) {
            float scale = d * wholeScales[i / 32];
            q[i] = scale == 0 ? 0 : whole((numbers[i] + dmin * wholeMinima[i / 32]) / scale, 0, 15);
        }
        for (int i = 0; i < WIDTH / 2; i++) {
            int low = i / 32 * 64 + i % 32;
            putByte(to, at + 16 + i, q[low] | q[low + 32] << 4);
        }
    }

    private static int[] sixtyThirds(float[] values, float largest) {
        float inverse = largest > 0 ? 63 / largest : 0;
        int[] whole = new int[values.length];
        Arrays.setAll(whole, i -> whole(inverse * values[i], 0, 63));
        return whole;
    }

    /// What [KBlocks#scaleOf8] and [KBlocks#minimumOf8] read.
    private static void putScales(int[] scales, int[] minima, MemorySegment to, long at) {
        for (int i = 0; i < 4; i++) {
            putByte(to, at + i, scales[i] | scales[i + 4] >> 4 << 6);
            putByte(to, at + 4 + i, minima[i] | minima[i + 4] >> 4 << 6);
            putByte(to, at + 8 + i, scales[i + 4] & 15 | (minima[i + 4] & 15) << 4);
        }
    }

    /// Sixteen parts of 16, each `scale q`, searched by [#signedScale]. Scales become 128ths of the one of
    /// largest size, which is -128 of them.
    static void toQ6(float[] numbers, MemorySegment to, long at) {
        float[] scales = new float[16];
        for (int part = 0; part < 16; part++) {
            scales[part] = signedScale(numbers, part * 16);
        }
        float largest = largest(scales, 0, 16);
        if (Math.abs(largest) < SMALLEST) {
            to.asSlice(at, BlockFormat.Q6_K.bytes()).fill((byte) 0);
            return;
        }
        float inverse = -128 / largest;
        float d = putHalf(to, at + 208, 1 / inverse);
        int[] q = new int[WIDTH];
        for (int part = 0; part < 16; part++) {
            int whole = Math.min(127, (int) nearest(inverse * scales[part]));
            putByte(to, at + 192 + part, whole);
            float scale = d * whole;
            for (int i = part * 16; i < part * 16 + 16; i++) {
                q[i] = 32 + (scale == 0 ? 0 : whole(numbers[i] / scale, -32, 31));
            }
        }
        putSixBits(q, to, at);
    }

    /// Two runs of 32 numbers share the bytes of their low halves; four share those of their upper bits.
    private static void putSixBits(int[] q, MemorySegment to, long at) {
        for (int side = 0; side < 2; side++) {
            for (int i = 0; i < 32; i++) {
                int first = side * 128 + i;
                int a = q[first];
                int b = q[first + 32];
                int c = q[first + 64];
                int d = q[first + 96];
                putByte(to, at + side * 64 + i, a & 15 | (c & 15) << 4);
                putByte(to, at + side * 64 + 32 + i, b & 15 | (d & 15) << 4);
                putByte(to, at + 128 + side * 32 + i, a >> 4 | b >> 4 << 2 | c >> 4 << 4 | d >> 4 << 6);
            }
        }
    }

    /// The scale of 16 numbers as whole numbers from -32 to 31. Nineteen grids are tried, in which the
    /// number of largest size is -31.1 to -32.9 steps; each gives whole numbers, for which the scale of the
    /// least squared error, weighted by the squares of the numbers, is known exactly.
    private static float signedScale(float[] numbers, int from) {
        float largest = largest(numbers, from, from + 16);
        if (Math.abs(largest) < SMALLEST) {
            return 0;
        }
        float scale = 0;
        float best = 0;
        for (int tenths = -9; tenths <= 9; tenths++) {
            float inverse = -(32 + 0.1f * tenths) / largest;
            float products = 0;
            float squares = 0;
            for (int j = from; j < from + 16; j++) {
                float q = between(nearest(inverse * numbers[j]), -32, 31);
                float weight = numbers[j] * numbers[j];
                products += weight * numbers[j] * q;
                squares += weight * q * q;
            }
            if (squares > 0 && products * products > best * squares) {
                scale = products / squares;
                best = scale * products;
            }
        }
        return scale;
    }

    private static int whole(float value, int least, int most) {
        return (int) between(nearest(value), least, most);
    }
}
