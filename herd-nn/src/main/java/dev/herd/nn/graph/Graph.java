package dev.herd.nn.graph;

import java.util.List;

/// A recorded forward pass: every node after those it reads.
///
/// @param nodes all nodes that the outputs depend on, and every input, in the order of computation
/// @param inputs the nodes that a caller fills, in the order of their declaration
public record Graph(List<Node> nodes, List<Node> inputs, List<Node> outputs) {
    public Graph {
        nodes = List.copyOf(nodes);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }
}
