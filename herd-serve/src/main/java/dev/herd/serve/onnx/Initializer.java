package dev.herd.serve.onnx;

import dev.herd.data.wire.Protobuf;
import java.lang.foreign.MemorySegment;

/// An array that an exported model brings along.
///
/// @param data row-major, little-endian
/// @param weight whether it was trained; a constant of the translation otherwise
record Initializer(String name, OnnxType type, long[] shape, MemorySegment data, boolean weight) {
    private static final int DIMENSION = 1;
    private static final int TYPE = 2;
    private static final int NAME = 8;
    private static final int RAW = 9;
    private static final int EXTERNAL = 13;
    private static final int LOCATION = 14;
    private static final int KEY = 1;
    private static final int VALUE = 2;

    private Protobuf header() {
        Protobuf header = new Protobuf();
        for (long size : shape) {
            header.integer(DIMENSION, size);
        }
        return header.integer(TYPE, type.code()).text(NAME, name);
    }

    /// With its numbers.
    Protobuf embedded() {
        return header().bytes(RAW, data);
    }

    /// With the place of its numbers in another file of the same folder.
    Protobuf external(String file, long offset) {
        return header().message(EXTERNAL, entry("location", file))
                .message(EXTERNAL, entry("offset", Long.toString(offset)))
                .message(EXTERNAL, entry("length", Long.toString(data.byteSize())))
                .integer(LOCATION, 1);
    }

    private static Protobuf entry(String key, String value) {
        return new Protobuf().text(KEY, key).text(VALUE, value);
    }
}
