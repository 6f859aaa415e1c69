package dev.herd.bench.torch;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.matmul;
import static org.bytedeco.pytorch.global.torch.relu;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/// Wukong with the factorization machine projected by a learned matrix, any number of layers; their sizes
/// are those of the parameters.
public final class TorchWukong implements TorchNet {
    private final TorchParameters parameters;
    private final int layers;
    private final long width;

    public TorchWukong(TorchParameters parameters, int layers, long width) {
        this.parameters = parameters;
        this.layers = layers;
        this.width = width;
    }

    @Override
    public Tensor forward(Tensor dense, List<Tensor> pooled) {
        TensorVector side = new TensorVector();
        pooled.forEach(side::push_back);
        side.push_back(relu(parameters.perceptron("bottom", dense)));
        long size = dense.size(0);
        Tensor embBND = cat(side, 1).view(size, -1, width);
        for (int layer = 0; layer < layers; layer++) {
            embBND = layer("layer" + layer, embBND, size);
        }
        return parameters.perceptron("head", embBND.reshape(size, -1));
    }

    private Tensor layer(String name, Tensor embBND, long size) {
        Tensor products = matmul(embBND, matmul(embBND.transpose(1, 2), parameters.get(name + ".fmb.y")));
        Tensor normalized = parameters.normalized(name + ".fmb.norm", products.reshape(size, -1));
        Tensor fmb = parameters.perceptron(name + ".fmb.mlp", normalized).view(size, -1, width);
        Tensor lcb = parameters.combined(name + ".lcb", embBND);
        Tensor joined = cat(new TensorVector(fmb, lcb), 1);
        return parameters.normalized(
                name + ".norm", joined.add(parameters.shortcut(name + ".residual", embBND, joined)));
    }
}
