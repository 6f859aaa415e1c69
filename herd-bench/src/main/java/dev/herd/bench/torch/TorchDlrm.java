package dev.herd.bench.torch;

import static org.bytedeco.pytorch.global.torch.bmm;
import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.relu;
import static org.bytedeco.pytorch.global.torch.tensor;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/// DLRM with dot interaction, as its authors write it: one batched product, then the entries below the
/// diagonal.
public final class TorchDlrm implements TorchNet {
    private final TorchParameters parameters;
    private final Tensor belowDiagonal;

    public TorchDlrm(TorchParameters parameters, int embeddings) {
        this.parameters = parameters;
        this.belowDiagonal = tensor(belowDiagonal(embeddings));
    }

    /// Where the pairs of n vectors lie in their n x n products.
    static long[] belowDiagonal(int n) {
        long[] places = new long[n * (n - 1) / 2];
        int next = 0;
        for (int row = 1; row < n; row++) {
            for (int column = 0; column < row; column++) {
                places[next++] = (long) row * n + column;
            }
        }
        return places;
    }

    @Override
    public Tensor forward(Tensor dense, List<Tensor> pooled) {
        Tensor bottom = relu(parameters.perceptron("bottom", dense));
        TensorVector side = new TensorVector();
        pooled.forEach(side::push_back);
        side.push_back(bottom);
        long size = dense.size(0);
        Tensor embBND = cat(side, 1).view(size, pooled.size() + 1L, -1);
        Tensor products = bmm(embBND, embBND.transpose(1, 2)).view(size, -1).index_select(1, belowDiagonal);
        return parameters.perceptron("top", cat(new TensorVector(bottom, products), 1));
    }
}
