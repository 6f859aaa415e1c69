package dev.herd.nn;

import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/// What training minimizes: scalars on a [Tape].
public final class Losses {
    /// libtorch's `Reduction::Mean` and `Reduction::Sum`.
    private static final long MEAN = 1;

    private static final long SUM = 2;

    private Losses() {}

    /// Mean over all entries of the cross-entropy between labels and `sigmoid(logits)`, in the form that
    /// neither overflows nor loses small terms.
    ///
    /// **Shapes**: logits `[B, K]` (or any shape with as many entries), labels B * K values in `[0, 1]`,
    /// row-major.
    ///
    /// **Throws** `IllegalArgumentException` when the numbers of entries differ.
    public static Tensor bceWithLogits(Tape tape, Tensor logits, float[] labels) {
        Tensor targets = targets(tape, "labels", logits, labels);
        return tape.operators()
                .binary(
                        "bceWithLogits",
                        logits,
                        targets,
                        (x, y) -> torch.binary_cross_entropy_with_logits(
                                x, y, new TensorOptional(), new TensorOptional(), MEAN));
    }

    /// The same with a weight per entry: the weighted sum over the sum of the weights.
    ///
    /// **Throws** `IllegalArgumentException` when the numbers of entries differ, a weight is negative or all
    /// are zero.
    public static Tensor bceWithLogits(Tape tape, Tensor logits, float[] labels, float[] weights) {
        double total = 0;
        for (float weight : weights) {
            if (!(weight >= 0)) {
                throw new IllegalArgumentException("weights of samples must not be negative, got " + weight);
            }
            total += weight;
        }
        if (total == 0) {
            throw new IllegalArgumentException("all weights of the batch are zero");
        }
        Tensor targets = targets(tape, "labels", logits, labels);
        TensorOptional weight = new TensorOptional(((TorchTensor) targets(tape, "weights", logits, weights)).raw());
        Tensor sum = tape.operators()
                .binary(
                        "bceWithLogits",
                        logits,
                        targets,
                        (x, y) -> torch.binary_cross_entropy_with_logits(x, y, weight, new TensorOptional(), SUM));
        return tape.ops().scale(sum, 1 / total);
    }

    /// Mean over all entries of the squared difference.
    ///
    /// **Throws** `IllegalArgumentException` when the numbers of entries differ.
    public static Tensor meanSquaredError(Tape tape, Tensor predictions, float[] targets) {
        return tape.operators()
                .binary(
                        "meanSquaredError",
                        predictions,
                        targets(tape, "targets", predictions, targets),
                        (x, y) -> torch.mse_loss(x, y, MEAN));
    }

    /// Mean over rows of the cross-entropy of the right class under `softmax(logits)`, in nats.
    ///
    /// **Shapes**: logits `[N, V]`, N classes in `[0, V)`.
    ///
    /// **Throws** `IllegalArgumentException` when the numbers of rows differ, or there is no such class.
    public static Tensor crossEntropy(Tape tape, Tensor logits, long[] classes) {
        long[] shape = logits.shape();
        if (shape.length != 2 || shape[0] != classes.length) {
            throw new IllegalArgumentException(classes.length + " classes for logits of shape " + logits);
        }
        for (long one : classes) {
            if (one < 0 || one >= shape[1]) {
                throw new IllegalArgumentException("class " + one + " for logits of shape " + logits);
            }
        }
        return tape.operators().unary("crossEntropy", logits, x -> torch.cross_entropy_loss(x, torch.tensor(classes)));
    }

    private static Tensor targets(Tape tape, String what, Tensor outputs, float[] values) {
        long entries = 1;
        for (long size : outputs.shape()) {
            entries *= size;
        }
        if (entries != values.length) {
            throw new IllegalArgumentException(values.length + " " + what + " for outputs of shape " + outputs);
        }
        return tape.input(values, outputs.shape());
    }
}
