package dev.herd.bench.reproduce.bdr;

import dev.herd.bench.formats.Qsnr;
import dev.herd.numerics.CounterRandom;
import dev.herd.numerics.format.BlockCodec;
import dev.herd.numerics.format.Level;
import dev.herd.numerics.format.NumberFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The least ratio of signal to noise that a block of a format can have.
///
/// **Paper**: 2302.08007, theorem 1: `6.02 m + 10 log10(2^(2 beta) / (k1 + (2^(2 beta) - 1) k2))` with
/// `beta = 2^d2 - 1`.
record Bound(NumberFormat format, double decibels) {
    private static final long SEED = 7;
    private static final int BINADES = 12;

    static Bound of(NumberFormat format) {
        boolean shifts = format.second().kind() == Level.Kind.MICROEXPONENT;
        int beta = shifts ? (1 << format.second().bits()) - 1 : 0;
        double finer = Math.pow(2, 2.0 * beta);
        double spread =
                format.first().width() + (finer - 1) * (shifts ? format.second().width() : 0);
        return new Bound(
                format, 20 * Math.log10(2) * format.element().mantissaBits() + 10 * Math.log10(finer / spread));
    }

    /// The smallest ratio of so many random blocks, magnitudes log-uniform.
    double worst(long blocks) {
        int width = format.first().width();
        float[] values = new float[width];
        double worst = Double.POSITIVE_INFINITY;
        try (Arena arena = Arena.ofConfined()) {
            Trial trial = new Trial(BlockCodec.of(format), arena, width);
            for (long block = 0; block < blocks; block++) {
                for (int i = 0; i < width; i++) {
                    long bits = CounterRandom.bits(SEED, 0, block * width + i);
                    double magnitude = Math.pow(2, BINADES * ((bits >>> 11) * 0x1p-53));
                    values[i] = (float) ((bits & 1) == 0 ? magnitude : -magnitude);
                }
                worst = Math.min(worst, trial.ratio(values));
            }
        }
        return worst;
    }

    /// The ratio of a block made to lose as much as can be: every number half a step off.
    double adversarial() {
        double step = Math.pow(2, 1 - format.element().mantissaBits());
        double almost = 0.999999;
        float[] values = new float[format.first().width()];
        java.util.Arrays.fill(values, (float) (almost * step / 4));
        values[0] = (float) (1 + almost * step / 2);
        values[1] = (float) (almost * step / 2);
        try (Arena arena = Arena.ofConfined()) {
            return new Trial(BlockCodec.of(format), arena, values.length).ratio(values);
        }
    }

    /// Measures blocks one by one.
    private static final class Trial {
        private final BlockCodec codec;
        private final MemorySegment block;
        private final MemorySegment decoded;
        private final MemorySegment packed;
        private final int width;

        Trial(BlockCodec codec, Arena arena, int width) {
            this.codec = codec;
            this.width = width;
            this.block = arena.allocate(width * 4L, 64);
            this.decoded = arena.allocate(width * 4L, 64);
            this.packed = arena.allocate(codec.rowBytes(width), 64);
        }

        double ratio(float[] values) {
            double signal = 0;
            for (int i = 0; i < width; i++) {
                block.setAtIndex(ValueLayout.JAVA_FLOAT, i, values[i]);
                signal += (double) values[i] * values[i];
            }
            codec.encode(block, 0, width, packed, 0);
            codec.decode(packed, 0, width, decoded, 0);
            return 10 * Math.log10(signal / Qsnr.distance(block, decoded, width));
        }
    }
}
