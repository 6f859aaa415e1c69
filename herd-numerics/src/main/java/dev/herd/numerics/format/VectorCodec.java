package dev.herd.numerics.format;

import dev.herd.numerics.kernel.VectorSums;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
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

    private static final NumberFormat FORMAT = VectorCodecs.formatOf(MethodHandles.lookup());
    private static final Element ELEMENT = FORMAT.element();
    private static final ScaleRule RULE = FORMAT.rule();
    private static final Tiles TILES = Tiles.of(FORMAT);
    private static final int FIRST = FORMAT.first().width();
    private static final boolean POWER = FORMAT.first().kind() == Level.Kind.POWER_OF_TWO;
    private static final boolean SHIFTED = FORMAT.second().kind() == Level.Kind.MICROEXPONENT;
    private static final boolean HALVES = FORMAT.order() == NumberFormat.Order.SPLIT_HALVES;
    private static final boolean ROW = FIRST == Level.ROW;
    private static final Packing PACKING = new Packing(FORMAT);
    private static final int BLOCK_BYTES = POWER ? PACKING.blockBytes() : 0;
    private static final int CODES_AT = POWER ? PACKING.codesAt() : PACKING.headBytes();
    private static final int PACKED_AT = CODES_AT + PACKING.signBytes();
    private static final int UNIT = ELEMENT.unitBits();

    private final ScalarCodec scalar;
    private final float tensorScale;

    VectorCodec(ScalarCodec scalar, float tensorScale) {
        this.scalar = scalar;
        this.tensorScale = tensorScale;
    }

    @Override
    public void encode(MemorySegment from, long fromAt, int n, MemorySegment to, long at, long random) {
        if (!POWER) {
            encodeRow(from, fromAt, n, to, at, random);
            return;
        }
        int whole = n - n % FIRST;
        long place = at;
        for (int i = 0; i < whole; i += FIRST) {
            int largest = largest(from, fromAt + i, FIRST);
            if (largest >= SMALLEST && largest < LARGEST) {
                encodeBlock(from, fromAt, i, largest, to, place, random);
            } else {
                to.asSlice(place, BLOCK_BYTES).fill((byte) 0);
                scalar.encodeBlock(from, fromAt, i, n, to, place, random);
            }
            place += BLOCK_BYTES;
        }
        if (whole < n) {
            to.asSlice(place, BLOCK_BYTES).fill((byte) 0);
            scalar.encodeBlock(from, fromAt, whole, n, to, place, random);
        }
    }

    private void encodeBlock(
            MemorySegment from, long fromAt, int first, int largest, MemorySegment to, long at, long random) {
        int exponent = RULE.exponent(Float.intBitsToFloat(largest), ELEMENT);
        to.set(ValueLayout.JAVA_BYTE, at, (byte) (exponent + 127));
        float factor = Float.intBitsToFloat(127 - exponent + UNIT << 23);
        if (HALVES) {
            ByteVector low = TILES.codes(from, fromAt, first, factor, random);
            ByteVector high = TILES.codes(from, fromAt, first + TILE, factor, random);
            low.or(high.lanewise(VectorOperators.LSHL, 4)).intoMemorySegment(to, at + 1, ByteOrder.LITTLE_ENDIAN);
            return;
        }
        long codes = at + CODES_AT;
        long packed = at + PACKED_AT;
        for (int tile = 0; tile * TILE < FIRST; tile++) {
            int i = first + tile * TILE;
            ByteVector bytes;
            if (SHIFTED) {
                long low = TILES.demoted(from, fromAt + i, exponent);
                to.set(ValueLayout.JAVA_BYTE, at + 1 + tile, (byte) Long.compress(low, 0x5555));
                bytes = TILES.codes(from, fromAt, i, factor, low, random);
            } else {
                bytes = TILES.codes(from, fromAt, i, factor, random);
            }
            if (TILES.signsApart()) {
                TILES.storeSigns(bytes, to, codes + 2L * tile);
            }
            TILES.store(bytes, to, packed + (long) tile * TILES.bytes());
        }
    }

    private void encodeRow(MemorySegment from, long fromAt, int n, MemorySegment to, long at, long random) {
        int largest = largestOfRow(from, fromAt, n);
        float scale = ROW ? ScalarCodec.outerScale(FORMAT, Float.intBitsToFloat(largest)) : tensorScale;
        if (!(scale > 0) || largest >= 0x7F800000) {
            scalar.encode(from, fromAt, n, to, at, random);
            return;
        }
        if (ROW) {
            to.set(STORED, at, scale);
        }
        long body = at + PACKED_AT;
        int whole = n - n % TILE;
        long place = body;
        for (int i = 0; i < whole; i += TILE) {
            TILES.store(TILES.divided(from, fromAt, i, scale, random), to, place);
            place += TILES.bytes();
        }
        if (whole < n) {
            to.asSlice(place, at + PACKING.rowBytes(n) - place).fill((byte) 0);
            scalar.encodeCodes(from, fromAt, whole, n, to, body, scale, random);
        }
    }

    @Override
    public void decode(MemorySegment from, long at, int n, MemorySegment to, long toAt) {
        if (!POWER) {
            decodeRow(from, at, n, to, toAt);
            return;
        }
        int whole = n - n % FIRST;
        long place = at;
        for (int i = 0; i < whole; i += FIRST) {
            int scale = from.get(ValueLayout.JAVA_BYTE, place) & 0xFF;
            if (scale >= SMALLEST_SCALE && scale < 255) {
                decodeBlock(from, place, scale, to, toAt + i);
            } else {
                scalar.decodeBlock(from, place, i, n, to, toAt);
            }
            place += BLOCK_BYTES;
        }
        if (whole < n) {
            scalar.decodeBlock(from, place, whole, n, to, toAt);
        }
    }

    private void decodeBlock(MemorySegment from, long at, int scale, MemorySegment to, long toAt) {
        float factor = Float.intBitsToFloat(scale - UNIT << 23);
        if (HALVES) {
            decodeHalves(from, at + 1, factor, to, toAt);
        } else {
            decodeTiles(from, at, factor, to, toAt);
        }
    }

    private static void decodeHalves(MemorySegment from, long at, float factor, MemorySegment to, long toAt) {
        ByteVector both = ByteVector.fromMemorySegment(Tiles.BYTES, from, at, ByteOrder.LITTLE_ENDIAN);
        TILES.write(both.and((byte) 15), factor, to, toAt);
        TILES.write(both.lanewise(VectorOperators.LSHR, 4).and((byte) 15), factor, to, toAt + TILE);
    }

    private static void decodeTiles(MemorySegment from, long at, float factor, MemorySegment to, long toAt) {
        long codes = at + CODES_AT;
        long packed = at + PACKED_AT;
        for (int tile = 0; tile * TILE < FIRST; tile++) {
            ByteVector bytes = TILES.load(from, packed + (long) tile * TILES.bytes());
            long low = 0;
            if (SHIFTED) {
                low = Long.expand(from.get(ValueLayout.JAVA_BYTE, at + 1 + tile) & 0xFF, 0x5555) * 3;
            }
            if (TILES.signsApart()) {
                int signs = from.get(ValueLayout.JAVA_SHORT_UNALIGNED, codes + 2L * tile) & 0xFFFF;
                TILES.writeSigned(bytes, signs, low, factor, to, toAt + tile * TILE);
            } else if (SHIFTED) {
                TILES.writeShifted(bytes, low, factor, to, toAt + tile * TILE);
            } else {
                TILES.write(bytes, factor, to, toAt + tile * TILE);
            }
        }
    }

    private void decodeRow(MemorySegment from, long at, int n, MemorySegment to, long toAt) {
        float scale = ROW ? from.get(STORED, at) : tensorScale;
        long body = at + PACKED_AT;
        int whole = n - n % TILE;
        long place = body;
        for (int i = 0; i < whole; i += TILE) {
            TILES.write(TILES.load(from, place), scale, to, toAt + i);
            place += TILES.bytes();
        }
        scalar.decodeCodes(from, body, whole, n, to, toAt, scale);
    }

    @Override
    public float dot(MemorySegment from, long at, int n, MemorySegment x, long xAt, MemorySegment scratch) {
        if (n % (POWER ? FIRST : TILE) != 0 || HALVES) {
            return BlockCodec.Kernel.super.dot(from, at, n, x, xAt, scratch);
        }
        if (!POWER) {
            float scale = ROW ? from.get(STORED, at) : tensorScale;
            return TILES.dot(from, at + PACKED_AT, n, scale, x, xAt);
        }
        return TILES.wide()
                ? blockDot(from, at, n, x, xAt, scratch)
                : BlockCodec.Kernel.super.dot(from, at, n, x, xAt, scratch);
    }

    private float blockDot(MemorySegment from, long at, int n, MemorySegment x, long xAt, MemorySegment scratch) {
        FloatVector sums = FloatVector.zero(Tiles.FLOATS);
        long place = at;
        for (int i = 0; i < n; i += FIRST) {
            int scale = from.get(ValueLayout.JAVA_BYTE, place) & 0xFF;
            boolean usual = scale >= SMALLEST_SCALE && scale < 255;
            if (!usual) {
                scalar.decodeBlock(from, place, 0, FIRST, scratch, 0);
            }
            float factor = Float.intBitsToFloat(scale - UNIT << 23);
            for (int tile = 0; tile * TILE < FIRST; tile++) {
                FloatVector values = usual ? values(from, place, tile, factor) : Tiles.floats(scratch, tile * TILE);
                sums = values.fma(Tiles.floats(x, xAt + i + tile * TILE), sums);
            }
            place += BLOCK_BYTES;
        }
        return VectorSums.fold(sums);
    }

    /// The numbers of a tile of a block.
    private static FloatVector values(MemorySegment from, long at, int tile, float factor) {
        long codes = at + PACKED_AT + (long) tile * TILES.bytes();
        return TILES.values(from, at + 1 + tile, at + CODES_AT + 2L * tile, codes, SHIFTED, factor);
    }

    @Override
    public void add(
            MemorySegment from, long at, int n, float weight, MemorySegment sums, long sumsAt, MemorySegment scratch) {
        if (n % (POWER ? FIRST : TILE) != 0 || HALVES || !TILES.wide()) {
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
        if (POWER) {
            addBlocks(from, at, n, weight, sums, sumsAt, scratch);
            return;
        }
        float scale = ROW ? from.get(STORED, at) : tensorScale;
        long place = at + PACKED_AT;
        for (int i = 0; i < n; i += TILE) {
            Tiles.add(TILES.value(TILES.load(from, place), 0).mul(scale), weight, sums, sumsAt + i);
            place += TILES.bytes();
        }
    }

    private void addBlocks(
            MemorySegment from, long at, int n, float weight, MemorySegment sums, long sumsAt, MemorySegment scratch) {
        long place = at;
        for (int i = 0; i < n; i += FIRST) {
            int scale = from.get(ValueLayout.JAVA_BYTE, place) & 0xFF;
            boolean usual = scale >= SMALLEST_SCALE && scale < 255;
            if (!usual) {
                scalar.decodeBlock(from, place, 0, FIRST, scratch, 0);
            }
            float factor = Float.intBitsToFloat(scale - UNIT << 23);
            for (int tile = 0; tile * TILE < FIRST; tile++) {
                FloatVector values = usual ? values(from, place, tile, factor) : Tiles.floats(scratch, tile * TILE);
                Tiles.add(values, weight, sums, sumsAt + i + tile * TILE);
            }
            place += BLOCK_BYTES;
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
