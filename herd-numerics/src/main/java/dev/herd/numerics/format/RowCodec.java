package dev.herd.numerics.format;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/// How rows of fp32 numbers travel between processes: in how many bytes, and with what error. Every row is
/// packed on its own, so rows can be cut, sent and joined in any order, and a receiver needs to know no more
/// than the codec. Immutable; threads may share it.
///
/// ```java
/// RowCodec codec = RowCodec.named("mx9");
/// codec.encode(gradients, 0, rows, width, out, 0, 0);
/// ```
///
/// **Errors**: see [#error]. A NaN or an infinity arrives as NaN, with everything under its scale; fp16 and
/// bf16 send infinities as they are.
///
/// **Paper**: Rouhani et al. (2302.08007); Neo (2104.05158), quantized communication.
public sealed interface RowCodec {
    /// Fp32 as it is.
    RowCodec FP32 = new Plain();

    /// Rows in a format.
    ///
    /// **Throws** `IllegalArgumentException` for a format under a scale of the whole tensor, which the
    /// receiver would lack.
    static RowCodec of(NumberFormat format) {
        return new Packed(BlockCodec.of(format));
    }

    /// The codec of a name: `fp32`, or one of [#names].
    ///
    /// **Throws** `IllegalArgumentException` naming those there are.
    static RowCodec named(String name) {
        if (name.strip().toLowerCase(Locale.ROOT).equals("fp32")) {
            return FP32;
        }
        return NumberFormats.named(name.strip())
                .filter(format -> !format.needsTensorScale())
                .map(RowCodec::of)
                .orElseThrow(() -> new IllegalArgumentException(
                        "rows can be sent as " + String.join(", ", names()) + ", not as '" + name + "'"));
    }

    /// All names that [#named] takes.
    static List<String> names() {
        List<String> packed = NumberFormats.all().stream()
                .filter(format -> !format.needsTensorScale())
                .map(format -> format.name().toLowerCase(Locale.ROOT))
                .toList();
        return Stream.concat(Stream.of("fp32"), packed.stream()).toList();
    }

    /// As [#named] takes it.
    String name();

    /// Bytes of a row of `width` numbers.
    long rowBytes(int width);

    /// The most that a number is off after a journey, as a share of the largest magnitude in its row.
    ///
    /// Holds for rows whose largest number is at least 2^-100, and in fp16 from 2^-14 to 65504.
    double error();

    /// Packs `rows` rows of `width` numbers, side by side from float `fromAt` on, to the bytes from `toByte` on.
    ///
    /// **Throws** `IndexOutOfBoundsException` when a segment is too short.
    ///
    /// @param random fresh 64 bits for formats that round at random; row `r` uses `random + r`
    void encode(MemorySegment from, long fromAt, int rows, int width, MemorySegment to, long toByte, long random);

    /// Unpacks `rows` rows.
    ///
    /// **Throws** `IndexOutOfBoundsException` when a segment is too short.
    void decode(MemorySegment from, long fromByte, int rows, int width, MemorySegment to, long toAt);

    /// As they are.
    record Plain() implements RowCodec {
        @Override
        public String name() {
            return "fp32";
        }

        @Override
        public long rowBytes(int width) {
            return (long) width * Float.BYTES;
        }

        @Override
        public double error() {
            return 0;
        }

        @Override
        public void encode(
                MemorySegment from, long fromAt, int rows, int width, MemorySegment to, long toByte, long random) {
            MemorySegment.copy(from, fromAt * Float.BYTES, to, toByte, rows * rowBytes(width));
        }

        @Override
        public void decode(MemorySegment from, long fromByte, int rows, int width, MemorySegment to, long toAt) {
            MemorySegment.copy(from, fromByte, to, toAt * Float.BYTES, rows * rowBytes(width));
        }
    }

    /// In a format.
    record Packed(BlockCodec codec) implements RowCodec {
        public Packed {
            if (codec.format().needsTensorScale()) {
                throw new IllegalArgumentException(codec.format().name()
                        + " has a scale for the whole tensor, which rows do not carry; take one by rows or blocks");
            }
        }

        @Override
        public String name() {
            return codec.format().name().toLowerCase(Locale.ROOT);
        }

        @Override
        public long rowBytes(int width) {
            return codec.rowBytes(width);
        }

        @Override
        public double error() {
            return codec.format().largestError();
        }

        @Override
        public void encode(
                MemorySegment from, long fromAt, int rows, int width, MemorySegment to, long toByte, long random) {
            Objects.checkFromIndexSize(toByte, rows * rowBytes(width), to.byteSize());
            codec.encode(from, fromAt, rows, width, BlockCodec.Axis.ROWS, to, toByte, random);
        }

        @Override
        public void decode(MemorySegment from, long fromByte, int rows, int width, MemorySegment to, long toAt) {
            Objects.checkFromIndexSize(fromByte, rows * rowBytes(width), from.byteSize());
            codec.decode(from, fromByte, rows, width, BlockCodec.Axis.ROWS, to, toAt);
        }
    }
}
