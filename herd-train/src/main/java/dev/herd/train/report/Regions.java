package dev.herd.train.report;

import dev.herd.nn.graph.Node;
import dev.herd.nn.graph.Operator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Where the nodes of a network are drawn: in the part that they are counted in, except for arrays that
/// only bring others together and are read by several parts. Those stand by themselves, so that no part
/// seems to lead to its neighbors; views among them stay with what they show.
final class Regions {
    private static final String SHARED = "shared ";

    private Regions() {}

    /// @param nodes every one after those it reads
    /// @param parts of the nodes by the rules of costs
    static Map<Node, String> of(List<Node> nodes, Map<Node, String> parts) {
        Map<Node, Set<String>> readers = new HashMap<>();
        Map<Node, String> regions = new HashMap<>();
        for (Node node : nodes.reversed()) {
            Set<String> reading = readers.getOrDefault(node, Set.of());
            String region = parts.get(node);
            if (bringsTogether(node.operator()) && reading.size() > 1) {
                region = SHARED + node.id();
            } else if (bringsTogether(node.operator()) && reading.size() == 1) {
                region = reading.iterator().next();
            }
            regions.put(node, region);
            for (Node operand : node.operands()) {
                readers.computeIfAbsent(operand, key -> new HashSet<>()).add(region);
            }
        }
        Set<String> computed = nodes.stream()
                .filter(node -> !isView(node.operator()))
                .map(regions::get)
                .collect(Collectors.toSet());
        for (Node node : nodes) {
            if (!computed.contains(regions.get(node))) {
                regions.put(node, regions.get(node.operands().getFirst()));
            }
        }
        return regions;
    }

    /// The name to write above a region; empty for shared arrays, whose steps say enough.
    static String title(String region) {
        return region.startsWith(SHARED) ? "" : region;
    }

    private static boolean bringsTogether(Operator operator) {
        return isView(operator) || operator instanceof Operator.Concat || operator instanceof Operator.Select;
    }

    private static boolean isView(Operator operator) {
        return operator instanceof Operator.Reshape
                || operator instanceof Operator.Transpose
                || operator instanceof Operator.Slice;
    }
}
