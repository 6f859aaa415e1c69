package dev.herd.bench.torch;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.relu;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/// Layers from embeddings to embeddings under a perceptron; their sizes are those of the parameters.
abstract class TorchStack implements TorchNet {
    final TorchParameters parameters;
    final long width;
    private final int layers;

    TorchStack(TorchParameters parameters, int layers, long width) {
        this.parameters = parameters;
        this.layers = layers;
        this.width = width;
    }

    /// **Shapes**: `[B, n, D]` to `[B, m, D]`.
    abstract Tensor layer(String name, Tensor embBND);

    @Override
    public Tensor forward(Tensor dense, List<Tensor> pooled) {
        TensorVector side = new TensorVector();
        pooled.forEach(side::push_back);
        side.push_back(relu(parameters.perceptron("bottom", dense)));
        long size = dense.size(0);
        Tensor embBND = cat(side, 1).view(size, -1, width);
        for (int layer = 0; layer < layers; layer++) {
            embBND = layer("layer" + layer, embBND);
        }
        return parameters.perceptron("head", embBND.reshape(size, -1));
    }
}
