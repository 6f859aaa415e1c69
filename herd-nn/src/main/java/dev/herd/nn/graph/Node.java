package dev.herd.nn.graph;

import dev.herd.nn.Tensor;
import java.util.Arrays;
import java.util.List;

/// One step of a recorded forward pass and the array it gives.
public final class Node implements Tensor {
    private final int id;
    private final Operator operator;
    private final List<Node> operands;
    private final long[] shape;

    Node(int id, Operator operator, List<Node> operands, long... shape) {
        this.id = id;
        this.operator = operator;
        this.operands = List.copyOf(operands);
        this.shape = shape;
    }

    /// Number in the order of recording.
    public int id() {
        return id;
    }

    public Operator operator() {
        return operator;
    }

    /// What it reads, parameters aside.
    public List<Node> operands() {
        return operands;
    }

    /// Sizes per dimension; `-k` stands for k times the batch size.
    @Override
    public long[] shape() {
        return shape.clone();
    }

    /// Number of dimensions.
    public int rank() {
        return shape.length;
    }

    /// Entries that one example adds: the product of all sizes, the batch counted as 1.
    public long perExample() {
        long count = 1;
        for (long size : shape) {
            count = Math.multiplyExact(count, Math.abs(size));
        }
        return count;
    }

    /// True when the array grows with the batch.
    public boolean isBatched() {
        return Arrays.stream(shape).anyMatch(size -> size < 0);
    }

    @Override
    public String toString() {
        return "%" + id + " = " + operator + Arrays.toString(shape);
    }
}
