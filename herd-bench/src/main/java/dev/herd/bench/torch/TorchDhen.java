package dev.herd.bench.torch;

import static org.bytedeco.pytorch.global.torch.bmm;
import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.matmul;
import static org.bytedeco.pytorch.global.torch.tensor;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/// DHEN with three modules side by side in every layer: inner products through a perceptron, attention,
/// and linear combinations.
public final class TorchDhen extends TorchStack {
    private final long heads;

    public TorchDhen(TorchParameters parameters, int layers, long width, long heads) {
        super(parameters, layers, width);
        this.heads = heads;
    }

    @Override
    Tensor layer(String name, Tensor embBND) {
        Tensor dot = dot(name + ".module0", embBND);
        Tensor attended = parameters.combined(name + ".module1.out", encoder(name + ".module1.encoder", embBND));
        Tensor linear = parameters.combined(name + ".module2", embBND);
        Tensor joined = cat(new TensorVector(dot, attended, linear), 1);
        return parameters.normalized(
                name + ".norm", joined.add(parameters.shortcut(name + ".residual", embBND, joined)));
    }

    private Tensor dot(String name, Tensor embBND) {
        long size = embBND.size(0);
        Tensor products = bmm(embBND, embBND.transpose(1, 2)).view(size, -1);
        Tensor pairs = products.index_select(1, tensor(TorchDlrm.belowDiagonal(Math.toIntExact(embBND.size(1)))));
        return parameters.perceptron(name + ".mlp", pairs).view(size, -1, width);
    }

    private Tensor encoder(String name, Tensor embBND) {
        Tensor attended = attention(name + ".attention", embBND);
        Tensor y = parameters.normalized(name + ".attention_norm", embBND.add(attended));
        return parameters.normalized(name + ".norm", y.add(parameters.perceptron(name + ".ffn", y)));
    }

    private Tensor attention(String name, Tensor embBND) {
        Tensor query = heads(parameters.linear(name + ".query", embBND));
        Tensor key = heads(parameters.linear(name + ".key", embBND));
        Tensor value = heads(parameters.linear(name + ".value", embBND));
        Tensor scores = matmul(query, key.transpose(2, 3)).mul(new Scalar(1 / Math.sqrt((double) width / heads)));
        Tensor mixed = matmul(scores.softmax(-1), value).transpose(1, 2);
        return parameters.linear(name + ".out", mixed.reshape(embBND.size(0), -1, width));
    }

    private Tensor heads(Tensor x) {
        return x.view(x.size(0), -1, heads, width / heads).transpose(1, 2);
    }
}
