package dev.herd.numerics.format;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.Random;

/// Short rows for tests.
final class Rows {
    private Rows() {}

    static MemorySegment segment(float... values) {
        MemorySegment segment = Arena.ofAuto().allocate(Math.max(1, values.length * 4L));
        for (int i = 0; i < values.length; i++) {
            segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, values[i]);
        }
        return segment;
    }

    static byte[] pack(BlockCodec codec, long random, float... values) {
        MemorySegment packed = Arena.ofAuto().allocate(Math.max(1, codec.rowBytes(values.length)));
        packed.fill((byte) 0x5A);
        codec.encode(segment(values), 0, values.length, packed, 0, random);
        return packed.asSlice(0, codec.rowBytes(values.length)).toArray(ValueLayout.JAVA_BYTE);
    }

    static float[] unpack(BlockCodec codec, byte[] bytes, int n) {
        MemorySegment packed = Arena.ofAuto().allocate(Math.max(1, bytes.length));
        MemorySegment.copy(bytes, 0, packed, ValueLayout.JAVA_BYTE, 0, bytes.length);
        MemorySegment values = Arena.ofAuto().allocate(Math.max(1, n * 4L));
        codec.decode(packed, 0, n, values, 0);
        float[] result = new float[n];
        MemorySegment.copy(values, ValueLayout.JAVA_FLOAT, 0, result, 0, n);
        return result;
    }

    /// What packing and unpacking makes of a row, its tensor scale fitted to it.
    static float[] quantized(NumberFormat format, float... values) {
        BlockCodec codec = BlockCodec.scalar(format).fitted(segment(values), 0, values.length);
        return unpack(codec, pack(codec, 0, values), values.length);
    }

    static String hex(NumberFormat format, float... values) {
        return HexFormat.of().formatHex(pack(BlockCodec.scalar(format), 0, values));
    }

    /// Numbers of about one size, with zeros of both signs, some far smaller and powers of two among them.
    static float[] numbers(int n, long seed) {
        Random random = new Random(seed);
        float size = (float) Math.scalb(1.0, random.nextInt(60) - 30);
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            float value = (float) random.nextGaussian() * size;
            values[i] = switch (random.nextInt(16)) {
                case 0 -> 0f;
                case 1 -> -0f;
                case 2 -> value * (float) Math.scalb(1.0, -random.nextInt(12));
                case 3 -> Math.copySign((float) Math.scalb(1.0, Math.getExponent(value)), value);
                case 4 -> Math.scalb((float) random.nextInt(64), Math.getExponent(size) - 5);
                default -> value;
            };
        }
        return values;
    }
}
