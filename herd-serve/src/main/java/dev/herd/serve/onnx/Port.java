package dev.herd.serve.onnx;

import dev.herd.data.wire.Protobuf;
import java.util.List;

/// An input or output of an exported model.
///
/// @param name as the runtime knows it
/// @param type of its numbers: `float32` or `int64`
/// @param shape sizes as text: numbers, and names for sizes that may differ from call to call
/// @param meaning for people
public record Port(String name, String type, List<String> shape, String meaning) {
    /// The name of the dimension that counts the rows of a call.
    public static final String BATCH = "batch";

    private static final int NAME = 1;
    private static final int TYPE = 2;
    private static final int DOCUMENTATION = 3;
    private static final int TENSOR = 1;
    private static final int ELEMENT = 1;
    private static final int SHAPE = 2;
    private static final int DIMENSION = 1;
    private static final int SIZE = 1;
    private static final int SIZE_NAME = 2;

    public Port {
        shape = List.copyOf(shape);
    }

    static Port of(String name, OnnxType type, List<String> shape, String meaning) {
        return new Port(name, type.label(), shape, meaning);
    }

    Protobuf message(OnnxType element) {
        Protobuf dimensions = new Protobuf();
        for (String size : shape) {
            dimensions.message(
                    DIMENSION,
                    size.matches("\\d+")
                            ? new Protobuf().integer(SIZE, Long.parseLong(size))
                            : new Protobuf().text(SIZE_NAME, size));
        }
        Protobuf tensor = new Protobuf().integer(ELEMENT, element.code()).message(SHAPE, dimensions);
        return new Protobuf()
                .text(NAME, name)
                .message(TYPE, new Protobuf().message(TENSOR, tensor))
                .text(DOCUMENTATION, meaning);
    }
}
