package dev.herd.numerics.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// [ScalarCodec] with the Vector API, bit for bit: blocks of whole tiles of 16 numbers under a power of
/// two, and rows under one fp32 scale. What is rare or ragged is left to the definition: the last part of
/// a row, blocks of zeros, of tiny, huge, or not finite numbers.
final class VectorCodec implements BlockCodec.Kernel {
    private static final ValueLayout.OfFloat STORED =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int TILE = Tiles.WIDTH;
    private static final int LANES = Tiles.LANES;

    /// Between these magnitudes neither a scale nor its inverse leaves the normal numbers.
    private static final int SMALLEST = Float.floatToRawIntBits(0x1p-90f);

    private static final int LARGEST = Float.floatToRawIntBits(0x1p110f);
    private static final int SMALLEST_SCALE = 127 - 110;

    private final ScalarCodec scalar;
    private final Packing packing;
    private final Tiles tiles;
    private final Element element;
    private final ScaleRule rule;
    private final float tensorScale;
    private final int width;
    private final boolean power;
    private final boolean shifted;
    private final boolean halves;
    private final boolean row;

    VectorCodec(NumberFormat format, ScalarCodec scalar, float tensorScale) {
        this.scalar = scalar;
        this.packing = new Packing(format);
        this.tiles = new Tiles(format);
        this.element = format.element();
        this.rule = format.rule();
        this.tensorScale = tensorScale;
        this.power = format.first().kind() == Level.Kind.POWER_OF_TWO;
        this.width = format.first().width();
        this.shifted = format.second().kind() == Level.Kind.MICROEXPONENT;
        this.halves = format.order() == NumberFormat.Order.SPLIT_HALVES;
        this.row = width == Level.ROW;
    }

    static boolean supports(NumberFormat format) {
        if (LANES < 8 || format.element().bits() > 8 || ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            return false;
        }
        int width = format.first().width();
        Level second = format.second();
        return switch (format.first().kind()) {
            case POWER_OF_TWO ->
                format.first().bits() == 8
                        && width % TILE == 0
                        && (second.kind() == Level.Kind.NONE || second.bits() == 1 && second.width() == 2)
                        && (format.order() == NumberFormat.Order.INTERLEAVED || width == 2 * TILE);
            case FLOAT32 -> width < 1 && second.kind() == Level.Kind.NONE;
            case NONE, MICROEXPONENT, E4M3, INTEGER -> false;
        };
    }

    @Override
    public void encode(MemorySegment from, long fromAt, int n, MemorySegment to, long at, long random) {
        if (!power) {
            encodeRow(from, fromAt, n, to, at, random);
            return;
        }
        int bytes = packing.blockBytes();
        int whole = n - n % width;
        long place = at;
        for (int i = 0; i < whole; i += width) {
            int largest = largest(from, fromAt + i, width);
            if (largest >= SMALLEST && largest < LARGEST) {
                encodeBlock(from, fromAt, i, largest, to, place, random);
            } else {
                to.asSlice(place, bytes).fill((byte) 0);
                scalar.encodeBlock(from, fromAt, i, n, to, place, random);
            }
            place += bytes;
        }
        if (whole < n) {
            to.asSlice(place, bytes).fill((byte) 0);
            scalar.encodeBlock(from, fromAt, whole, n, to, place, random);
        }
    }

    private void encodeBlock(
            MemorySegment from, long fromAt, int first, int largest, MemorySegment to, long at, long random) {
        int exponent = rule.exponent(Float.intBitsToFloat(largest), element);
        to.set(ValueLayout.JAVA_BYTE, at, (byte) (exponent + 127));
        float factor = Float.intBitsToFloat(127 - exponent + element.unitBits() << 23);
        if (halves) {
            ByteVector low = tiles.codes(from, fromAt, first, factor, random);
            ByteVector high = tiles.codes(from, fromAt, first + TILE, factor, random);
            low.or(high.lanewise(VectorOperators.LSHL, 4)).intoMemorySegment(to, at + 1, ByteOrder.LITTLE_ENDIAN);
            return;
        }
        long codes = at + packing.codesAt();
        long packed = codes + packing.signBytes();
        for (int tile = 0; tile * TILE < width; tile++) {
            int i = first + tile * TILE;
            ByteVector bytes;
            if (shifted) {
                long low = tiles.demoted(from, fromAt + i, exponent);
                to.set(ValueLayout.JAVA_BYTE, at + 1 + tile, (byte) Long.compress(low, 0x5555));
                bytes = tiles.codes(from, fromAt, i, factor, low, random);
            } else {
                bytes = tiles.codes(from, fromAt, i, factor, random);
            }
            if (tiles.signsApart()) {
                tiles.storeSigns(bytes, to, codes + 2L * tile);
            }
            tiles.store(bytes, to, packed + (long) tile * tiles.bytes());
        }
    }

    private void encodeRow(MemorySegment from, long fromAt, int n, MemorySegment to, long at, long random) {
        int largest = largestOfRow(from, fromAt, n);
        float scale = row ? ScalarCodec.outerScale(packing.format(), Float.intBitsToFloat(largest)) : tensorScale;
        if (!(scale > 0) || largest >= 0x7F800000) {
            scalar.encode(from, fromAt, n, to, at, random);
            return;
        }
        if (row) {
            to.set(STORED, at, scale);
        }
        long body = at + packing.headBytes();
        int whole = n - n % TILE;
        long place = body;
        for (int i = 0; i < whole; i += TILE) {
            tiles.store(tiles.divided(from, fromAt, i, scale, random), to, place);
            place += tiles.bytes();
        }
        if (whole < n) {
            to.asSlice(place, at + packing.rowBytes(n) - place).fill((byte) 0);
            scalar.encodeCodes(from, fromAt, whole, n, to, body, scale, random);
        }
    }

    @Override
    public void decode(MemorySegment from, long at, int n, MemorySegment to, long toAt) {
        if (!power) {
            decodeRow(from, at, n, to, toAt);
            return;
        }
        int bytes = packing.blockBytes();
        int whole = n - n % width;
        long place = at;
        for (int i = 0; i < whole; i += width) {
            int scale = from.get(ValueLayout.JAVA_BYTE, place) & 0xFF;
            if (scale >= SMALLEST_SCALE && scale < 255) {
                decodeBlock(from, place, scale, to, toAt + i);
            } else {
                scalar.decodeBlock(from, place, i, n, to, toAt);
            }
            place += bytes;
        }
        if (whole < n) {
            scalar.decodeBlock(from, place, whole, n, to, toAt);
        }
    }

    private void decodeBlock(MemorySegment from, long at, int scale, MemorySegment to, long toAt) {
        float factor = Float.intBitsToFloat(scale - element.unitBits() << 23);
        if (halves) {
            ByteVector both = ByteVector.fromMemorySegment(Tiles.BYTES, from, at + 1, ByteOrder.LITTLE_ENDIAN);
            tiles.write(both.and((byte) 15), factor, to, toAt);
            tiles.write(both.lanewise(VectorOperators.LSHR, 4).and((byte) 15), factor, to, toAt + TILE);
            return;
        }
        long codes = at + packing.codesAt();
        long packed = codes + packing.signBytes();
        for (int tile = 0; tile * TILE < width; tile++) {
            ByteVector bytes = tiles.load(from, packed + (long) tile * tiles.bytes());
            long low = 0;
            if (shifted) {
                low = Long.expand(from.get(ValueLayout.JAVA_BYTE, at + 1 + tile) & 0xFF, 0x5555) * 3;
            }
            if (tiles.signsApart()) {
                int signs = from.get(ValueLayout.JAVA_SHORT_UNALIGNED, codes + 2L * tile) & 0xFFFF;
                tiles.writeSigned(bytes, signs, low, factor, to, toAt + tile * TILE);
            } else if (shifted) {
                tiles.writeShifted(bytes, low, factor, to, toAt + tile * TILE);
            } else {
                tiles.write(bytes, factor, to, toAt + tile * TILE);
            }
        }
    }

    private void decodeRow(MemorySegment from, long at, int n, MemorySegment to, long toAt) {
        float scale = row ? from.get(STORED, at) : tensorScale;
        long body = at + packing.headBytes();
        int whole = n - n % TILE;
        long place = body;
        for (int i = 0; i < whole; i += TILE) {
            tiles.write(tiles.load(from, place), scale, to, toAt + i);
            place += tiles.bytes();
        }
        scalar.decodeCodes(from, body, whole, n, to, toAt, scale);
    }

    @Override
    public float dot(MemorySegment from, long at, int n, MemorySegment x, long xAt, MemorySegment scratch) {
        if (n % (power ? width : TILE) != 0 || halves) {
            return BlockCodec.Kernel.super.dot(from, at, n, x, xAt, scratch);
        }
        if (!power) {
            float scale = row ? from.get(STORED, at) : tensorScale;
            return tiles.dot(from, at + packing.headBytes(), n, scale, x, xAt);
        }
        return tiles.wide()
                ? blockDot(from, at, n, x, xAt, scratch)
                : BlockCodec.Kernel.super.dot(from, at, n, x, xAt, scratch);
    }

    private float blockDot(MemorySegment from, long at, int n, MemorySegment x, long xAt, MemorySegment scratch) {
        FloatVector sums = FloatVector.zero(Tiles.FLOATS);
        int bytes = packing.blockBytes();
        int codes = packing.codesAt();
        int packed = codes + packing.signBytes();
        long place = at;
        for (int i = 0; i < n; i += width) {
            int scale = from.get(ValueLayout.JAVA_BYTE, place) & 0xFF;
            boolean usual = scale >= SMALLEST_SCALE && scale < 255;
            if (!usual) {
                scalar.decodeBlock(from, place, 0, width, scratch, 0);
            }
            float factor = Float.intBitsToFloat(scale - element.unitBits() << 23);
            for (int tile = 0; tile * TILE < width; tile++) {
                FloatVector values = usual
                        ? tiles.values(
                                from,
                                place + 1 + tile,
                                place + codes + 2L * tile,
                                place + packed + (long) tile * tiles.bytes(),
                                shifted,
                                factor)
                        : Tiles.floats(scratch, tile * TILE);
                sums = values.fma(Tiles.floats(x, xAt + i + tile * TILE), sums);
            }
            place += bytes;
        }
        return Tiles.fold(sums);
    }

    @Override
    public void add(
            MemorySegment from, long at, int n, float weight, MemorySegment sums, long sumsAt, MemorySegment scratch) {
        if (n % (power ? width : TILE) != 0 || halves || !tiles.wide()) {
            decode(from, at, n, scratch, 0);
            int whole = n - n % LANES;
            for (int i = 0; i < whole; i += LANES) {
                Tiles.add(Tiles.floats(scratch, i), weight, sums, sumsAt + i);
            }
            for (int i = whole; i < n; i++) {
                float sum = sums.get(ValueLayout.JAVA_FLOAT_UNALIGNED, (sumsAt + i) * 4)
                        + weight * scratch.get(ValueLayout.JAVA_FLOAT_UNALIGNED, i * 4L);
                sums.set(ValueLayout.JAVA_FLOAT_UNALIGNED, (sumsAt + i) * 4, sum);
            }
            return;
        }
        if (power) {
            addBlocks(from, at, n, weight, sums, sumsAt, scratch);
            return;
        }
        float scale = row ? from.get(STORED, at) : tensorScale;
        long place = at + packing.headBytes();
        for (int i = 0; i < n; i += TILE) {
            Tiles.add(tiles.value(tiles.load(from, place), 0).mul(scale), weight, sums, sumsAt + i);
            place += tiles.bytes();
        }
    }

    private void addBlocks(
            MemorySegment from, long at, int n, float weight, MemorySegment sums, long sumsAt, MemorySegment scratch) {
        int bytes = packing.blockBytes();
        int codes = packing.codesAt();
        int packed = codes + packing.signBytes();
        long place = at;
        for (int i = 0; i < n; i += width) {
            int scale = from.get(ValueLayout.JAVA_BYTE, place) & 0xFF;
            boolean usual = scale >= SMALLEST_SCALE && scale < 255;
            if (!usual) {
                scalar.decodeBlock(from, place, 0, width, scratch, 0);
            }
            float factor = Float.intBitsToFloat(scale - element.unitBits() << 23);
            for (int tile = 0; tile * TILE < width; tile++) {
                FloatVector values = usual
                        ? tiles.values(
                                from,
                                place + 1 + tile,
                                place + codes + 2L * tile,
                                place + packed + (long) tile * tiles.bytes(),
                                shifted,
                                factor)
                        : Tiles.floats(scratch, tile * TILE);
                Tiles.add(values, weight, sums, sumsAt + i + tile * TILE);
            }
            place += bytes;
        }
    }

    /// The bits of the largest magnitude; whole tiles.
    private static int largest(MemorySegment from, long at, int n) {
        IntVector largest = magnitudes(from, at);
        for (int i = LANES; i < n; i += LANES) {
            largest = largest.max(magnitudes(from, at + i));
        }
        return largest.reduceLanes(VectorOperators.MAX);
    }

    private static int largestOfRow(MemorySegment from, long at, int n) {
        int whole = n - n % LANES;
        int largest = whole == 0 ? 0 : largest(from, at, whole);
        if (whole < n) {
            VectorMask<Float> mask = Tiles.FLOATS.indexInRange(whole, n);
            FloatVector rest =
                    FloatVector.fromMemorySegment(Tiles.FLOATS, from, (at + whole) * 4, ByteOrder.nativeOrder(), mask);
            IntVector bits = rest.reinterpretAsInts().and(0x7FFFFFFF);
            largest = Math.max(largest, bits.reduceLanes(VectorOperators.MAX));
        }
        return largest;
    }

    private static IntVector magnitudes(MemorySegment from, long at) {
        return Tiles.floats(from, at).reinterpretAsInts().and(0x7FFFFFFF);
    }
}
