package dev.herd.train.report;

import dev.herd.nn.graph.Node;
import dev.herd.nn.graph.Operator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// Nodes of a graph put together by a name, such that the blocks have no cycle either: where a name returns
/// after something else was computed in between, it starts another block. Parameters are left out.
final class Blocks {
    private final List<Block> all = new ArrayList<>();
    private final List<Set<Integer>> after = new ArrayList<>();
    private final Map<Node, Integer> places = new HashMap<>();

    /// Nodes of one name, in the order of computation.
    record Block(String name, List<Node> nodes) {}

    private Blocks() {}

    /// @param nodes every one after those it reads
    static Blocks of(List<Node> nodes, Function<Node, String> name) {
        Blocks blocks = new Blocks();
        Map<String, Integer> last = new LinkedHashMap<>();
        for (Node node : nodes) {
            if (!(node.operator() instanceof Operator.Weight)) {
                blocks.add(node, name.apply(node), last);
            }
        }
        return blocks;
    }

    private void add(Node node, String name, Map<String, Integer> last) {
        Set<Integer> sources = new LinkedHashSet<>();
        for (Node operand : node.operands()) {
            Integer place = places.get(operand);
            if (place != null) {
                sources.add(place);
            }
        }
        Integer same = last.get(name);
        boolean joins =
                same != null && sources.stream().noneMatch(source -> !source.equals(same) && leads(same, source));
        int place = same != null && joins ? same : all.size();
        if (!joins) {
            all.add(new Block(name, new ArrayList<>()));
            after.add(new LinkedHashSet<>());
            last.put(name, place);
        }
        all.get(place).nodes().add(node);
        places.put(node, place);
        for (int source : sources) {
            if (source != place) {
                after.get(source).add(place);
            }
        }
    }

    private boolean leads(int from, int to) {
        return from == to || after.get(from).stream().anyMatch(next -> leads(next, to));
    }

    List<Block> all() {
        return all;
    }

    List<Layers.Arrow> arrows() {
        List<Layers.Arrow> arrows = new ArrayList<>();
        for (int from = 0; from < after.size(); from++) {
            for (int to : after.get(from)) {
                arrows.add(new Layers.Arrow(from, to));
            }
        }
        return arrows;
    }
}
