package dev.herd.nn.graph;

import dev.herd.nn.Parameter;
import dev.herd.nn.graph.Operator.Arithmetic;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a recorded forward pass costs: counted node by node and summed by part of the model.
///
/// Multiply-accumulates are those of matrix products: linear maps, matrix products of arrays, inner
/// products of pairs and convolutions (taps on the zeros around the plane included). Biases,
/// normalizations, lookups and elementwise steps are not counted; elementwise products of two arrays that
/// grow with the batch stand apart as [Counts#hadamards]. What does not depend on the batch costs an
/// example nothing.
///
/// **Paper**: a training step is published as 6 floating-point operations per multiply-accumulate, 2
/// forward and 4 backward (Zhang et al. 2024, arXiv 2403.02545, table 3). Its four checkable rows, in
/// millions: DLRM 1.99 and 4.99, DCNv2 2.02 and 39.35. Matrix products give the first three; the last one
/// is the cross layers with their elementwise products and without the map to the logit. Counting those
/// products and leaving out the last map gives all four as printed. [#trainingFlops] counts every matrix
/// product and nothing else, which for the last row is 39.33.
///
/// @param nodes one line for each node, in the order of the graph
/// @param parts the sums of the lines, in the order in which parts first appear
public record Cost(List<Line> nodes, List<Part> parts) {
    public Cost {
        nodes = List.copyOf(nodes);
        parts = List.copyOf(parts);
    }

    /// Amounts, per example where they grow with the batch.
    ///
    /// @param multiplyAccumulates of matrix products
    /// @param hadamards elementwise products of two batched arrays
    /// @param parameters trained scalars, each counted where it is first read
    /// @param activationBytes what the results take in fp32; reshaped, transposed and sliced arrays are
    ///     views and take nothing
    /// @param weightBytes parameters and buffers in fp32
    public record Counts(
            long multiplyAccumulates, long hadamards, long parameters, long activationBytes, long weightBytes) {
        static final Counts NONE = new Counts(0, 0, 0, 0, 0);

        /// Floating-point operations of scoring an example: 2 per multiply-accumulate.
        public long forwardFlops() {
            return Math.multiplyExact(multiplyAccumulates, 2);
        }

        /// Floating-point operations of learning from an example: 6 per multiply-accumulate.
        public long trainingFlops() {
            return Math.multiplyExact(multiplyAccumulates, 6);
        }

        Counts plus(Counts other) {
            return new Counts(
                    Math.addExact(multiplyAccumulates, other.multiplyAccumulates),
                    Math.addExact(hadamards, other.hadamards),
                    Math.addExact(parameters, other.parameters),
                    Math.addExact(activationBytes, other.activationBytes),
                    Math.addExact(weightBytes, other.weightBytes));
        }
    }

    /// A node, the part it belongs to, and what it costs.
    public record Line(Node node, String part, Counts counts) {}

    /// A part of the model and what it costs.
    public record Part(String name, Counts counts) {}

    /// Counts by the parts that a model declared at its root: `layer0`, `head`.
    public static Cost of(Graph graph) {
        return of(graph, 1);
    }

    /// Counts by parts named by up to `depth` components of their parameters' names: `layer0.fmb` at 2.
    public static Cost of(Graph graph, int depth) {
        Map<Node, String> parts = Parts.of(graph, depth);
        Set<Parameter> seen = new HashSet<>();
        List<Line> lines = new ArrayList<>();
        Map<String, Counts> sums = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            Line line = new Line(node, parts.getOrDefault(node, ""), count(node, seen));
            lines.add(line);
            sums.merge(line.part(), line.counts(), Counts::plus);
        }
        return new Cost(
                lines,
                sums.entrySet().stream()
                        .map(sum -> new Part(sum.getKey(), sum.getValue()))
                        .toList());
    }

    /// The sum of all parts.
    public Counts total() {
        return parts.stream().map(Part::counts).reduce(Counts.NONE, Counts::plus);
    }

    /// The counts of the named part.
    ///
    /// **Throws** `IllegalArgumentException` when there is none of that name.
    public Counts part(String name) {
        return parts.stream()
                .filter(part -> part.name().equals(name))
                .map(Part::counts)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no part '" + name + "'; there are "
                        + parts.stream().map(Part::name).toList()));
    }

    /// [Counts#forwardFlops] of the whole.
    public long forwardFlops() {
        return total().forwardFlops();
    }

    /// [Counts#trainingFlops] of the whole.
    public long trainingFlops() {
        return total().trainingFlops();
    }

    private static Counts count(Node node, Set<Parameter> seen) {
        long parameters = 0;
        long weights = 0;
        for (Parameter parameter : node.operator().parameters()) {
            if (seen.add(parameter)) {
                parameters += parameter.trainable() ? parameter.count() : 0;
                weights += Math.multiplyExact(parameter.count(), Float.BYTES);
            }
        }
        if (!node.isBatched()) {
            return new Counts(0, 0, parameters, 0, weights);
        }
        long activations = isView(node.operator()) ? 0 : Math.multiplyExact(node.perExample(), Float.BYTES);
        return new Counts(multiplyAccumulates(node), hadamards(node), parameters, activations, weights);
    }

    private static long multiplyAccumulates(Node node) {
        return switch (node.operator()) {
            case Operator.Linear linear ->
                Math.multiplyExact(node.perExample(), linear.weight().shape()[1]);
            case Operator.Matmul matmul -> {
                long[] left = node.operands().getFirst().shape();
                yield Math.multiplyExact(node.perExample(), Math.abs(left[left.length - 1]));
            }
            case Operator.PairwiseDots dots ->
                Math.multiplyExact(node.perExample(), node.operands().getFirst().shape()[2]);
            case Operator.Convolution convolution -> {
                Parameter kernel = convolution.weight();
                yield Math.multiplyExact(node.perExample(), kernel.count() / kernel.shape()[0]);
            }
            case Operator.Input input -> 0;
            case Operator.Weight weight -> 0;
            case Operator.Transpose transpose -> 0;
            case Operator.Unary unary -> 0;
            case Operator.Binary binary -> 0;
            case Operator.Scale scale -> 0;
            case Operator.Shift shift -> 0;
            case Operator.ClampMin clamp -> 0;
            case Operator.Concat concat -> 0;
            case Operator.Slice slice -> 0;
            case Operator.Select select -> 0;
            case Operator.Reshape reshape -> 0;
            case Operator.Reduce reduce -> 0;
            case Operator.Softmax softmax -> 0;
            case Operator.LayerNorm norm -> 0;
            case Operator.BatchNorm norm -> 0;
        };
    }

    private static long hadamards(Node node) {
        return node.operator() instanceof Operator.Binary(Arithmetic arithmetic)
                        && arithmetic == Arithmetic.MUL
                        && node.operands().stream().allMatch(Node::isBatched)
                ? node.perExample()
                : 0;
    }

    private static boolean isView(Operator operator) {
        return operator instanceof Operator.Reshape
                || operator instanceof Operator.Transpose
                || operator instanceof Operator.Slice;
    }
}
