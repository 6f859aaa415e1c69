package dev.herd.serve.onnx;

import dev.herd.data.wire.Protobuf;

/// What is fixed about a node of an ONNX graph.
record Attribute(Protobuf message) {
    private static final int NAME = 1;
    private static final int REAL = 2;
    private static final int INTEGER = 3;
    private static final int INTEGERS = 8;
    private static final int KIND = 20;

    private static final int REAL_KIND = 1;
    private static final int INTEGER_KIND = 2;
    private static final int INTEGERS_KIND = 7;

    static Attribute real(String name, double value) {
        return new Attribute(
                new Protobuf().text(NAME, name).real(REAL, (float) value).integer(KIND, REAL_KIND));
    }

    static Attribute integer(String name, long value) {
        return new Attribute(
                new Protobuf().text(NAME, name).integer(INTEGER, value).integer(KIND, INTEGER_KIND));
    }

    static Attribute integers(String name, long... values) {
        Protobuf message = new Protobuf().text(NAME, name);
        for (long value : values) {
            message.integer(INTEGERS, value);
        }
        return new Attribute(message.integer(KIND, INTEGERS_KIND));
    }
}
