package dev.herd.train.report;

import dev.herd.nn.graph.Node;
import dev.herd.nn.graph.Operator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// What the nodes of a block do, in words: a line for each step that computes something. Activations stand
/// behind what they activate; views and constants are left out.
final class Steps {
    private final List<String> lines = new ArrayList<>();

    private Steps() {}

    static List<String> of(List<Node> nodes) {
        Steps steps = new Steps();
        nodes.forEach(steps::add);
        return steps.counted();
    }

    private void add(Node node) {
        switch (node.operator()) {
            case Operator.Input input -> lines.add("input " + shape(node));
            case Operator.Linear linear ->
                lines.add("linear " + linear.weight().shape()[1] + " \u2192 "
                        + linear.weight().shape()[0]);
            case Operator.Matmul matmul -> lines.add("matrix product " + shape(node));
            case Operator.PairwiseDots dots -> lines.add("inner products of " + dots.n());
            case Operator.Convolution convolution -> {
                long[] kernel = convolution.weight().shape();
                lines.add("convolution " + kernel[2] + " x " + kernel[3]);
            }
            case Operator.Unary unary -> behind(unary.function().name().toLowerCase(Locale.ROOT));
            case Operator.Binary binary ->
                lines.add(
                        switch (binary.arithmetic()) {
                            case ADD -> "sum";
                            case SUB -> "difference";
                            case MUL -> "product";
                        });
            case Operator.Concat concat -> lines.add("concat " + shape(node));
            case Operator.Select select ->
                lines.add("select " + select.indices().size());
            case Operator.Reduce reduce ->
                lines.add(reduce.reduction().name().toLowerCase(Locale.ROOT) + " to " + shape(node));
            case Operator.Softmax softmax -> lines.add("softmax");
            case Operator.LayerNorm norm -> lines.add("layer norm");
            case Operator.BatchNorm norm -> lines.add("batch norm");
            case Operator.ClampMin clamp -> behind("at least " + clamp.least());
            case Operator.Weight weight -> {}
            case Operator.Transpose transpose -> {}
            case Operator.Scale scale -> {}
            case Operator.Shift shift -> {}
            case Operator.Slice slice -> {}
            case Operator.Reshape reshape -> {}
        }
    }

    private void behind(String activation) {
        if (lines.isEmpty()) {
            lines.add(activation);
        } else {
            lines.add(lines.removeLast() + ", " + activation);
        }
    }

    /// Equal lines one behind the other become one.
    private List<String> counted() {
        List<String> counted = new ArrayList<>();
        for (int i = 0, end; i < lines.size(); i = end) {
            end = i + 1;
            while (end < lines.size() && lines.get(end).equals(lines.get(i))) {
                end++;
            }
            counted.add(lines.get(i) + (end - i > 1 ? " (" + (end - i) + " times)" : ""));
        }
        return counted;
    }

    /// `[B, 26, 16]`; a size that grows with the batch in multiples of B.
    static String shape(Node node) {
        return Arrays.stream(node.shape())
                .mapToObj(size -> size == -1 ? "B" : size < 0 ? -size + "B" : Long.toString(size))
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
