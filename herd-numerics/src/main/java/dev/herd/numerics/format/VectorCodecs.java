package dev.herd.numerics.format;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Makes fast codecs: copies of [VectorPacker], [VectorUnpacker] and [VectorQuantizer] for each format, with
/// the format as a constant of the copy.
final class VectorCodecs {
    private static final Map<NumberFormat, MethodHandle> PACKERS = new ConcurrentHashMap<>();
    private static final Map<NumberFormat, MethodHandle> UNPACKERS = new ConcurrentHashMap<>();
    private static final Map<NumberFormat, MethodHandle> QUANTIZERS = new ConcurrentHashMap<>();

    private VectorCodecs() {}

    private static boolean supports(NumberFormat format) {
        if (Lanes.COUNT < 8 || format.element().bits() > 8 || ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            return false;
        }
        int width = format.first().width();
        Level second = format.second();
        return switch (format.first().kind()) {
            case POWER_OF_TWO ->
                format.first().bits() == 8
                        && (width == 16 || width == 32)
                        && (second.kind() == Level.Kind.NONE || second.bits() == 1 && second.width() == 2)
                        && (format.order() == NumberFormat.Order.INTERLEAVED || width == 32);
            case FLOAT32 -> width < 1 && second.kind() == Level.Kind.NONE;
            case NONE, MICROEXPONENT, E4M3, INTEGER -> false;
        };
    }

    /// Whether [VectorQuantizer] can round to the format.
    private static boolean quantizes(NumberFormat format) {
        Level second = format.second();
        return format.first().kind() == Level.Kind.POWER_OF_TWO
                && format.first().bits() == 8
                && format.first().width() % Lanes.COUNT == 0
                && (second.kind() == Level.Kind.NONE || second.width() == 2)
                && format.rule() == ScaleRule.FLOOR
                && format.rounding() == Rounding.HALF_EVEN;
    }

    /// The definition itself for a format that has no fast codec.
    static BlockCodec.Packer packer(NumberFormat format, ScalarCodec scalar, float tensorScale) {
        return supports(format)
                ? (BlockCodec.Packer) create(PACKERS, "VectorPacker", format, scalar, tensorScale)
                : scalar;
    }

    /// The definition itself for a format that has no fast codec.
    static BlockCodec.Unpacker unpacker(NumberFormat format, ScalarCodec scalar, float tensorScale) {
        return supports(format)
                ? (BlockCodec.Unpacker) create(UNPACKERS, "VectorUnpacker", format, scalar, tensorScale)
                : scalar;
    }

    private static Object create(
            Map<NumberFormat, MethodHandle> copies,
            String name,
            NumberFormat format,
            ScalarCodec scalar,
            float tensorScale) {
        MethodType of = MethodType.methodType(void.class, ScalarCodec.class, float.class);
        try {
            return copies.computeIfAbsent(format, key -> copy(name, key, of)).invokeExact(scalar, tensorScale);
        } catch (Throwable e) {
            throw new IllegalStateException("no fast codec for " + format, e);
        }
    }

    /// What rounds matrices to the format, where there is something faster than packing.
    static Optional<Quantizer> quantizer(NumberFormat format, PackedQuantizer definition) {
        if (format.element().equals(Element.BF16) && format.rounding() == Rounding.HALF_EVEN) {
            return Optional.of(new VectorBf16Quantizer());
        }
        return quantizes(format) ? Optional.of(copyOfQuantizer(format, definition)) : Optional.empty();
    }

    private static Quantizer copyOfQuantizer(NumberFormat format, PackedQuantizer definition) {
        MethodType of = MethodType.methodType(void.class, PackedQuantizer.class);
        try {
            Object made = QUANTIZERS
                    .computeIfAbsent(format, key -> copy("VectorQuantizer", key, of))
                    .invokeExact(definition);
            return (Quantizer) made;
        } catch (Throwable e) {
            throw new IllegalStateException("no fast quantizer for " + format, e);
        }
    }

    /// The constructor of a new copy of a class of this package, which gives an `Object`.
    ///
    /// @param of what the constructor takes
    private static MethodHandle copy(String name, NumberFormat format, MethodType of) {
        String file = name + ".class";
        try (InputStream code = Objects.requireNonNull(VectorCodecs.class.getResourceAsStream(file), name)) {
            MethodHandles.Lookup copy =
                    MethodHandles.lookup().defineHiddenClassWithClassData(code.readAllBytes(), format, true);
            MethodHandle constructor = copy.findConstructor(copy.lookupClass(), of);
            return constructor.asType(constructor.type().changeReturnType(Object.class));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " is missing from the jar", e);
        } catch (IllegalAccessException | NoSuchMethodException e) {
            throw new IllegalStateException("no " + name + " for " + format, e);
        }
    }

    /// The format of the copy that asks.
    static NumberFormat formatOf(MethodHandles.Lookup copy) {
        try {
            return Objects.requireNonNull(MethodHandles.classData(copy, "_", NumberFormat.class), "not a copy");
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("a copy cannot read its format", e);
        }
    }
}
