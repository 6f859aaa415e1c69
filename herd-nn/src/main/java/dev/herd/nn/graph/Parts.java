package dev.herd.nn.graph;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which part of a model every node belongs to. A part is named by the first components of the names of
/// parameters.
///
/// - What reads a parameter belongs to the parameter's part, an input to a part of its own name.
/// - An elementwise step ends a part: it belongs to the newest of what it reads, as an activation belongs
///   to its linear map.
/// - All else begins one: it belongs to the part of the first that reads it.
/// - What is left belongs to what it reads.
final class Parts {
    private final Map<Node, String> parts = new HashMap<>();
    private final Map<Node, String> inputs = new HashMap<>();

    private Parts() {}

    static Map<Node, String> of(Graph graph, int depth) {
        if (depth < 1) {
            throw new IllegalArgumentException("parts are named by at least one component, not " + depth);
        }
        Parts found = new Parts();
        found.byParameters(graph.nodes(), depth);
        found.byConsumers(graph.nodes());
        found.byOperands(graph.nodes());
        found.parts.putAll(found.inputs);
        return found.parts;
    }

    private void byParameters(List<Node> nodes, int depth) {
        for (Node node : nodes) {
            if (node.operator() instanceof Operator.Input(String name)) {
                inputs.put(node, name);
            } else if (!node.operator().parameters().isEmpty()) {
                parts.put(node, name(node.operator().parameters().getFirst().name(), depth));
            } else if (isElementwise(node.operator())) {
                inherit(node, node.operands());
            }
        }
    }

    private void byConsumers(List<Node> nodes) {
        Map<Node, String> first = new HashMap<>();
        for (Node node : nodes.reversed()) {
            String part = parts.containsKey(node) ? parts.get(node) : first.get(node);
            if (part != null && !inputs.containsKey(node)) {
                parts.put(node, part);
                node.operands().forEach(operand -> first.put(operand, part));
            }
        }
    }

    private void byOperands(List<Node> nodes) {
        parts.putAll(inputs);
        for (Node node : nodes) {
            if (!parts.containsKey(node)) {
                inherit(
                        node,
                        node.operands().stream().filter(parts::containsKey).toList());
            }
        }
    }

    /// Gives the node the part of the newest operand, if that has one.
    private void inherit(Node node, List<Node> operands) {
        operands.stream()
                .max(Comparator.comparingInt(Node::id))
                .filter(parts::containsKey)
                .ifPresent(operand -> parts.put(node, parts.get(operand)));
    }

    /// The last component names the array within its part.
    private static String name(String parameter, int depth) {
        String[] components = parameter.split("\\.");
        int kept = Math.max(1, Math.min(depth, components.length - 1));
        return String.join(".", List.of(components).subList(0, kept));
    }

    private static boolean isElementwise(Operator operator) {
        return operator instanceof Operator.Unary
                || operator instanceof Operator.Binary
                || operator instanceof Operator.Scale
                || operator instanceof Operator.Shift
                || operator instanceof Operator.ClampMin;
    }
}
