package dev.herd.bench.torch;

import static org.bytedeco.pytorch.global.torch.from_blob;

import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/// The dense parameters of a plain libtorch net, by name, started from Herd's values so that both sides
/// compute the same.
public final class TorchParameters {
    private final Map<String, Tensor> byName = new LinkedHashMap<>();

    private TorchParameters() {}

    /// Copies of the trainable parameters, in libtorch's own memory.
    public static TorchParameters copyOf(Parameters parameters) {
        TorchParameters copies = new TorchParameters();
        for (Parameter parameter : parameters.trainable()) {
            Tensor copy = copy(parameter.values(), parameter.shape());
            copy.requires_grad_(true);
            copies.byName.put(parameter.name(), copy);
        }
        return copies;
    }

    /// A tensor of its own with the segment's fp32 values, kept beyond the caller's pointer scope.
    public static Tensor copy(MemorySegment values, long... shape) {
        try (PointerScope scope = new PointerScope()) {
            Tensor copy = from_blob(new Address(values), shape).clone();
            copy.retainReference();
            return copy;
        }
    }

    public Tensor get(String name) {
        Tensor found = byName.get(name);
        if (found == null) {
            throw new IllegalArgumentException("no parameter '" + name + "'; there are " + byName.keySet());
        }
        return found;
    }

    public TensorVector all() {
        TensorVector all = new TensorVector();
        byName.values().forEach(all::push_back);
        return all;
    }

    /// How far the gradient of a parameter of Herd's is from its copy's, as a share of its length. A
    /// length below a hundred-thousandth of the whole gradient's counts as that: a key's bias has none but
    /// for rounding.
    public double gradientDifference(Parameter parameter) {
        try (PointerScope scope = new PointerScope()) {
            Tensor ours = from_blob(new Address(parameter.gradient()), parameter.shape());
            double whole = 0;
            for (Tensor copy : byName.values()) {
                whole = Math.hypot(whole, copy.grad().norm().item_double());
            }
            double length = Math.max(ours.norm().item_double(), 1e-5 * whole);
            return ours.sub(get(parameter.name()).grad()).norm().item_double() / length;
        }
    }

    /// `x W^T + b` with the parameters `name.weight` and `name.bias`.
    Tensor linear(String name, Tensor x) {
        return torch.linear(x, get(name + ".weight"), new TensorOptional(get(name + ".bias")));
    }

    /// Rectified layers `name.0`, `name.1`, ... and a plain `name.out`.
    Tensor perceptron(String name, Tensor x) {
        for (int i = 0; byName.containsKey(name + "." + i + ".weight"); i++) {
            x = torch.relu(linear(name + "." + i, x));
        }
        return linear(name + ".out", x);
    }

    /// `W X`: combinations of the embeddings by the parameter `name.weight`. **Shapes**: `[B, n, D]` to
    /// `[B, l, D]`.
    Tensor combined(String name, Tensor embBND) {
        return torch.matmul(get(name + ".weight"), embBND);
    }

    /// X, or `W X` when the other has another number of embeddings.
    Tensor shortcut(String name, Tensor embBND, Tensor other) {
        return other.size(1) == embBND.size(1) ? embBND : combined(name, embBND);
    }

    /// Layer normalization over the last dimension.
    Tensor normalized(String name, Tensor x) {
        Tensor weight = get(name + ".weight");
        return torch.layer_norm(
                x,
                new long[] {weight.size(0)},
                new TensorOptional(weight),
                new TensorOptional(get(name + ".bias")),
                1e-5,
                true);
    }

    /// The address of a segment that someone else keeps alive.
    private static final class Address extends Pointer {
        Address(MemorySegment segment) {
            this.address = segment.address();
            this.limit = segment.byteSize();
            this.capacity = segment.byteSize();
        }
    }
}
