package dev.herd.bench.formats;

import dev.herd.numerics.CounterRandom;
import dev.herd.numerics.format.BlockCodec;
import dev.herd.numerics.format.NumberFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// Signal over quantization noise: `-10 log10(E[|Q(X) - X|^2] / E[|X|^2])` over vectors of Gaussian
/// numbers, each vector with a standard deviation of its own, `|N(0, 1)|`. A scale of a tensor is that of
/// the vector.
///
/// **Paper**: 2302.08007, section 4; one deviation a vector is the reading that gives its figures.
///
/// @param vectors the paper takes more than 10000
/// @param length numbers of a vector
public record Qsnr(int vectors, int length, long seed) {
    /// As the paper measures.
    public static final Qsnr PAPER = new Qsnr(10_000, 1024, 20_230_216);

    public Qsnr {
        if (vectors < 1 || length < 1) {
            throw new IllegalArgumentException("vectors are needed, got " + vectors + " of " + length);
        }
    }

    /// In dB, in the order of the formats; all see the same vectors.
    public List<Double> of(List<NumberFormat> formats) {
        double[] noise = new double[formats.size()];
        double signal = 0;
        List<BlockCodec> codecs = formats.stream().map(BlockCodec::of).toList();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment vector = arena.allocate(length * 4L, 64);
            MemorySegment decoded = arena.allocate(length * 4L, 64);
            MemorySegment packed = arena.allocate(length * 8L + 64, 64);
            for (int v = 0; v < vectors; v++) {
                signal += fill(vector, v);
                for (int f = 0; f < noise.length; f++) {
                    BlockCodec codec = codecs.get(f).fitted(vector, 0, length);
                    codec.encode(vector, 0, length, packed, 0, v);
                    codec.decode(packed, 0, length, decoded, 0);
                    noise[f] += distance(vector, decoded, length);
                }
            }
        }
        List<Double> results = new ArrayList<>();
        for (double one : noise) {
            results.add(10 * Math.log10(signal / one));
        }
        return results;
    }

    private double fill(MemorySegment vector, int v) {
        double sigma = Math.abs(CounterRandom.gaussian(seed, 0, v));
        double signal = 0;
        for (int i = 0; i < length; i++) {
            float value = (float) (sigma * CounterRandom.gaussian(seed, 1, (long) v * length + i));
            vector.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
            signal += (double) value * value;
        }
        return signal;
    }

    /// The squared distance of two vectors.
    public static double distance(MemorySegment a, MemorySegment b, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            double difference =
                    (double) a.getAtIndex(ValueLayout.JAVA_FLOAT, i) - b.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            sum += difference * difference;
        }
        return sum;
    }
}
