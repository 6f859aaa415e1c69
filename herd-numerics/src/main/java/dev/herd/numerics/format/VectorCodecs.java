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
import java.util.concurrent.ConcurrentHashMap;

/// Makes fast codecs: copies of [VectorPacker] and [VectorUnpacker] for each format, with the format as a
/// constant of the copy.
final class VectorCodecs {
    private static final Map<NumberFormat, MethodHandle> PACKERS = new ConcurrentHashMap<>();
    private static final Map<NumberFormat, MethodHandle> UNPACKERS = new ConcurrentHashMap<>();

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
        try {
            return copies.computeIfAbsent(format, key -> copy(name, key)).invokeExact(scalar, tensorScale);
        } catch (Throwable e) {
            throw new IllegalStateException("no fast codec for " + format, e);
        }
    }

    /// The constructor of a new copy of a class of this package.
    private static MethodHandle copy(String name, NumberFormat format) {
        try (InputStream code = Objects.requireNonNull(VectorCodecs.class.getResourceAsStream(name + ".class"), name)) {
            MethodHandles.Lookup copy =
                    MethodHandles.lookup().defineHiddenClassWithClassData(code.readAllBytes(), format, true);
            MethodType of = MethodType.methodType(void.class, ScalarCodec.class, float.class);
            MethodHandle constructor = copy.findConstructor(copy.lookupClass(), of);
            return constructor.asType(constructor.type().changeReturnType(Object.class));
        } catch (IOException e) {
            throw new UncheckedIOException(name + ".class is missing from the jar", e);
        } catch (IllegalAccessException | NoSuchMethodException e) {
            throw new IllegalStateException("no fast codec for " + format, e);
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
