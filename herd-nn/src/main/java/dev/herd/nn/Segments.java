package dev.herd.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/* How custom ops join libtorch's automatic differentiation, which offers Java no callback.
 *
 * A tensor's level is the largest number of custom ops on any path to it. All libtorch operators of one level form one
 * segment. Whatever enters a segment from a lower level is first detached and made a leaf (a "lift"), and so are the
 * outputs of custom ops; leaves that libtorch accumulates into anyway need no lift. So libtorch never sees a path that
 * leaves a segment, and backward can finish the segments one by one from the highest level down: by then the gradient of
 * everything that left a segment is complete, and one pass with several roots differentiates it. Each operator's backward
 * runs exactly once, diamonds included, and no intermediate has to be retained. Without custom ops there is one segment
 * and nothing is recorded here. */
final class Segments {
    /// A custom op's place: what it computed with and gave (without history), the tensors that its inputs
    /// came from, and the leaves that stand for its outputs.
    private record Application(
            CustomOp op,
            List<Tensor> inputs,
            List<Tensor> outputs,
            List<TorchTensor> sources,
            List<TorchTensor> leaves) {}

    /// A tensor of a lower level and the leaf that stands for it.
    private record Lift(TorchTensor from, TorchTensor to) {}

    private final List<Application> applications = new ArrayList<>();
    private final List<Lift> lifts = new ArrayList<>();
    private int top;

    /// True while every tensor is of level 0.
    boolean isFlat() {
        return top == 0;
    }

    List<Tensor> apply(Tape tape, CustomOp op, List<Tensor> arguments) {
        List<TorchTensor> sources =
                arguments.stream().map(TorchTensor.class::cast).toList();
        List<Tensor> inputs = sources.stream().map(Segments::detached).toList();
        List<Tensor> outputs = withoutHistory(() -> op.forward(tape, inputs));
        if (!tape.isTraining()) {
            return outputs;
        }
        int level = 1 + sources.stream().mapToInt(TorchTensor::level).max().orElse(0);
        List<TorchTensor> leaves = outputs.stream()
                .map(output -> leaf((TorchTensor) output, level))
                .toList();
        top = Math.max(top, level);
        applications.add(new Application(op, inputs, outputs, sources, leaves));
        return List.copyOf(leaves);
    }

    /// The tensor as an operand in a segment of the given level.
    org.bytedeco.pytorch.Tensor operand(TorchTensor tensor, int level) {
        org.bytedeco.pytorch.Tensor raw = tensor.raw();
        if (tensor.level() == level || !raw.requires_grad() || raw.is_leaf()) {
            return raw;
        }
        for (Lift lift : lifts) {
            if (lift.from == tensor && lift.to.level() == level) {
                return lift.to.raw();
            }
        }
        TorchTensor leaf = leaf(tensor, level);
        lifts.add(new Lift(tensor, leaf));
        return leaf.raw();
    }

    void backward(Tape tape, TorchTensor loss) {
        if (isFlat()) {
            loss.raw().backward();
            return;
        }
        Map<TorchTensor, org.bytedeco.pytorch.Tensor> roots = new IdentityHashMap<>();
        roots.put(loss, new org.bytedeco.pytorch.Tensor());
        for (int level = top; level >= 0; level--) {
            differentiate(level, roots);
            for (Lift lift : lifts) {
                if (lift.to.level() == level) {
                    add(roots, lift.from, lift.to.raw().grad());
                }
            }
            for (int i = applications.size() - 1; i >= 0; i--) {
                if (applications.get(i).leaves.getFirst().level() == level) {
                    differentiate(tape, applications.get(i), roots);
                }
            }
        }
    }

    /// Runs libtorch over one segment from all its roots at once.
    private static void differentiate(int level, Map<TorchTensor, org.bytedeco.pytorch.Tensor> roots) {
        TensorVector tensors = new TensorVector();
        TensorVector gradients = new TensorVector();
        roots.forEach((root, gradient) -> {
            if (root.level() == level) {
                tensors.push_back(root.raw());
                gradients.push_back(gradient);
            }
        });
        if (tensors.size() > 0) {
            torch.backward(tensors, gradients, new BoolOptional(), false, new TensorVector());
        }
    }

    private static void differentiate(
            Tape tape, Application application, Map<TorchTensor, org.bytedeco.pytorch.Tensor> roots) {
        List<TorchTensor> leaves = application.leaves;
        if (leaves.stream().noneMatch(leaf -> leaf.raw().grad().defined())) {
            return;
        }
        CustomOp op = application.op;
        List<Tensor> gradients =
                withoutHistory(() -> op.backward(tape, application.inputs, application.outputs, gradientsOf(leaves)));
        List<TorchTensor> sources = application.sources;
        if (gradients.size() != sources.size()) {
            throw new IllegalStateException(
                    op.name() + ": backward gave " + gradients.size() + " gradients for " + sources.size() + " inputs");
        }
        for (int i = 0; i < sources.size(); i++) {
            TorchTensor source = sources.get(i);
            if (!Arrays.equals(gradients.get(i).shape(), source.shape())) {
                throw new IllegalStateException(
                        op.name() + ": input " + i + " has shape " + source + ", its gradient " + gradients.get(i));
            }
            if (source.raw().requires_grad()) {
                add(roots, source, ((TorchTensor) gradients.get(i)).raw());
            }
        }
    }

    private static List<Tensor> gradientsOf(List<TorchTensor> leaves) {
        return leaves.stream()
                .map(leaf -> leaf.raw().grad().defined()
                        ? leaf.raw().grad()
                        : torch.zeros_like(leaf.raw().detach()))
                .<Tensor>map(gradient -> new TorchTensor(gradient, 0))
                .toList();
    }

    private static void add(
            Map<TorchTensor, org.bytedeco.pytorch.Tensor> roots,
            TorchTensor root,
            org.bytedeco.pytorch.Tensor gradient) {
        if (gradient.defined()) {
            roots.merge(root, gradient, org.bytedeco.pytorch.Tensor::add);
        }
    }

    private static TorchTensor leaf(TorchTensor tensor, int level) {
        return new TorchTensor(tensor.raw().detach().requires_grad_(true), level);
    }

    private static Tensor detached(TorchTensor tensor) {
        return new TorchTensor(tensor.raw().detach(), 0);
    }

    private static <T> T withoutHistory(Supplier<T> work) {
        try (AutoGradMode off = new AutoGradMode(false)) {
            return work.get();
        }
    }

    @Override
    public String toString() {
        return (top + 1) + " segments, " + applications.size() + " custom ops";
    }
}
