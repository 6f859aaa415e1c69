package dev.herd.bench.torch;

import static org.bytedeco.pytorch.global.torch.backward;
import static org.bytedeco.pytorch.global.torch.embedding_bag;
import static org.bytedeco.pytorch.global.torch.zeros;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;

/// Embedding tables as a libtorch user writes them: one fused `embedding_bag` a table, sparse gradients, and a row-wise
/// Adagrad made of index operations on the coalesced gradient.
///
/// **Shapes**: every weight `[R, D]`, every Adagrad state `[R]`.
/// **Owner**: close it outside any pointer scope.
public final class TorchTables implements AutoCloseable {
    private static final long MODE_SUM = 0;

    private final List<Tensor> weights = new ArrayList<>();
    private final List<Tensor> states = new ArrayList<>();
    private final double eps;

    private TorchTables(double eps) {
        this.eps = eps;
    }

    /// Tables of zeros; fill them through [#weight].
    public static TorchTables create(long[] rows, int width, double eps) {
        TorchTables tables = new TorchTables(eps);
        for (long count : rows) {
            Tensor weight = zeros(count, width);
            weight.requires_grad_(true);
            tables.weights.add(weight);
            tables.states.add(zeros(count));
        }
        return tables;
    }

    public int size() {
        return weights.size();
    }

    public Tensor weight(int table) {
        return weights.get(table);
    }

    /// Pooled rows of every table, `[B, D]` each, recorded for differentiation unless a guard forbids it. The caller
    /// holds a pointer scope.
    public List<Tensor> lookup(TorchBags batch) {
        List<Tensor> pooled = new ArrayList<>(weights.size());
        for (int table = 0; table < weights.size(); table++) {
            pooled.add(embedding_bag(
                            weights.get(table),
                            batch.ids().get(table),
                            batch.offsets().get(table),
                            false,
                            MODE_SUM,
                            true,
                            new TensorOptional(),
                            true)
                    .get0());
        }
        return pooled;
    }

    /// One whole training step of the tables alone: lookup, backward from the given gradients, update.
    ///
    /// **Shapes**: one gradient `[B, D]` a table.
    public void train(TorchBags batch, List<Tensor> gradients, double learningRate) {
        try (PointerScope scope = new PointerScope()) {
            TensorVector outputs = new TensorVector();
            lookup(batch).forEach(outputs::push_back);
            TensorVector upstream = new TensorVector();
            gradients.forEach(upstream::push_back);
            backward(outputs, upstream, new BoolOptional(), false, new TensorVector());
            update(learningRate);
        }
    }

    /// One row-wise Adagrad step of every table from the sparse gradient that a backward pass left in it. The caller
    /// holds a pointer scope.
    public void update(double learningRate) {
        try (NoGradGuard guard = new NoGradGuard()) {
            for (int table = 0; table < weights.size(); table++) {
                update(weights.get(table), states.get(table), learningRate);
            }
        }
    }

    private void update(Tensor weight, Tensor state, double learningRate) {
        Tensor gradient = weight.grad().coalesce();
        Tensor rows = gradient.indices().select(0, 0);
        Tensor values = gradient.values();
        state.index_add_(0, rows, values.square().mean(new long[] {1}, false, new ScalarTypeOptional()));
        Tensor scale = state.index_select(0, rows).sqrt_().add_(new Scalar(eps));
        weight.index_add_(0, rows, values.div_(scale.unsqueeze(1)), new Scalar(-learningRate));
        weight.mutable_grad().reset();
    }

    @Override
    public void close() {
        weights.forEach(Tensor::close);
        states.forEach(Tensor::close);
    }
}
