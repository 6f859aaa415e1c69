package dev.herd.serve.onnx;

import dev.herd.data.wire.Protobuf;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// An ONNX graph under construction. Every array in it has a name of its own; where two want the same one,
/// the later gets a number behind it.
final class OnnxGraph {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final int NODE = 1;
    private static final int NAME = 2;
    private static final int INITIALIZER = 5;
    private static final int INPUT = 11;
    private static final int OUTPUT = 12;
    private static final int NODE_INPUT = 1;
    private static final int NODE_OUTPUT = 2;
    private static final int NODE_NAME = 3;
    private static final int NODE_OPERATOR = 4;
    private static final int NODE_ATTRIBUTE = 5;

    private final Set<String> names = new HashSet<>();
    private final List<Protobuf> nodes = new ArrayList<>();
    private final List<Initializer> initializers = new ArrayList<>();
    private final Map<String, String> constants = new HashMap<>();
    private final List<Port> inputs = new ArrayList<>();
    private final List<Port> outputs = new ArrayList<>();
    private final List<Protobuf> ports = new ArrayList<>();
    private final List<Protobuf> results = new ArrayList<>();

    /// @param outputs names that nothing else gets
    OnnxGraph(List<String> outputs) {
        names.addAll(outputs);
    }

    List<Port> inputs() {
        return inputs;
    }

    List<Port> outputs() {
        return outputs;
    }

    /// Arrays in the order of their first use.
    List<Initializer> initializers() {
        return initializers;
    }

    /// Declares an array that a caller brings, and returns its name.
    String input(String wanted, OnnxType type, String meaning, String... shape) {
        Port port = Port.of(unique(wanted), type, List.of(shape), meaning);
        inputs.add(port);
        ports.add(port.message(type));
        return port.name();
    }

    /// Adds a step of computation whose result is an output.
    ///
    /// @param name one of those that this graph was made with
    void output(String name, String operator, String operand, String meaning, String... shape) {
        Port port = Port.of(name, OnnxType.FLOAT32, List.of(shape), meaning);
        outputs.add(port);
        results.add(port.message(OnnxType.FLOAT32));
        node(operator, List.of(name), List.of(operand));
    }

    /// Adds a trained array and returns its name.
    String weight(String wanted, OnnxType type, long[] shape, MemorySegment data) {
        Initializer weight = new Initializer(unique(wanted), type, shape, data, true);
        initializers.add(weight);
        return weight.name();
    }

    /// The name of an array of whole numbers.
    String integers(long... values) {
        return constant(OnnxType.INT64, new long[] {values.length}, values);
    }

    /// The name of a single whole number.
    String integer(long value) {
        return constant(OnnxType.INT64, new long[0], value);
    }

    private String constant(OnnxType type, long[] shape, long... values) {
        MemorySegment data = MemorySegment.ofArray(new byte[values.length * Long.BYTES]);
        for (int i = 0; i < values.length; i++) {
            data.setAtIndex(LONG, i, values[i]);
        }
        return constant(type, shape, data);
    }

    /// The name of a single number.
    String real(double value) {
        MemorySegment data = MemorySegment.ofArray(new byte[Float.BYTES]);
        data.set(FLOAT, 0, (float) value);
        return constant(OnnxType.FLOAT32, new long[0], data);
    }

    private String constant(OnnxType type, long[] shape, MemorySegment data) {
        String content = type + Arrays.toString(shape) + Arrays.toString(data.toArray(ValueLayout.JAVA_BYTE));
        return constants.computeIfAbsent(content, key -> {
            Initializer constant = new Initializer(unique("constant_" + constants.size()), type, shape, data, false);
            initializers.add(constant);
            return constant.name();
        });
    }

    /// Adds a step of computation and returns the name of its result.
    String node(String operator, List<String> operands, Attribute... attributes) {
        String result = fresh(operator);
        node(operator, List.of(result), operands, attributes);
        return result;
    }

    /// Adds a step of computation that has two results and returns the name of the second.
    String second(String operator, List<String> operands, Attribute... attributes) {
        List<String> results = List.of(fresh(operator), fresh(operator));
        node(operator, results, operands, attributes);
        return results.getLast();
    }

    private String fresh(String operator) {
        return unique(operator.toLowerCase(Locale.ROOT) + "_" + nodes.size());
    }

    private void node(String operator, List<String> results, List<String> operands, Attribute... attributes) {
        Protobuf node = new Protobuf();
        operands.forEach(operand -> node.text(NODE_INPUT, operand));
        results.forEach(result -> node.text(NODE_OUTPUT, result));
        node.text(NODE_NAME, results.getFirst()).text(NODE_OPERATOR, operator);
        for (Attribute attribute : attributes) {
            node.message(NODE_ATTRIBUTE, attribute.message());
        }
        nodes.add(node);
    }

    private String unique(String wanted) {
        String name = wanted;
        for (int copy = 2; !names.add(name); copy++) {
            name = wanted + "_" + copy;
        }
        return name;
    }

    /// @param stored how an array is written down
    Protobuf message(String name, Function<Initializer, Protobuf> stored) {
        Protobuf graph = new Protobuf();
        nodes.forEach(node -> graph.message(NODE, node));
        graph.text(NAME, name);
        initializers.forEach(array -> graph.message(INITIALIZER, stored.apply(array)));
        ports.forEach(port -> graph.message(INPUT, port));
        results.forEach(port -> graph.message(OUTPUT, port));
        return graph;
    }
}
