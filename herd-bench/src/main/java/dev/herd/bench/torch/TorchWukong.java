package dev.herd.bench.torch;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.matmul;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/// Wukong with the factorization machine projected by a learned matrix, any number of layers; their sizes
/// are those of the parameters.
public final class TorchWukong extends TorchStack {

    public TorchWukong(TorchParameters parameters, int layers, long width) {
        super(parameters, layers, width);
    }

    @Override
    Tensor layer(String name, Tensor embBND) {
        long size = embBND.size(0);
        Tensor products = matmul(embBND, matmul(embBND.transpose(1, 2), parameters.get(name + ".fmb.y")));
        Tensor normalized = parameters.normalized(name + ".fmb.norm", products.reshape(size, -1));
        Tensor fmb = parameters.perceptron(name + ".fmb.mlp", normalized).view(size, -1, width);
        Tensor lcb = parameters.combined(name + ".lcb", embBND);
        Tensor joined = cat(new TensorVector(fmb, lcb), 1);
        return parameters.normalized(
                name + ".norm", joined.add(parameters.shortcut(name + ".residual", embBND, joined)));
    }
}
