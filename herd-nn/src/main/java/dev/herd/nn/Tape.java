package dev.herd.nn;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.global.torch;

/// One step of training or one evaluation: the memory of its activations and the record that [#backward]
/// walks. Opened, used and closed by one thread; tapes of different threads do not disturb each other.
///
/// ```java
/// try (Tape tape = Tape.training(seed)) {
///     Tensor x = tape.input(batch, 128, 13);
///     Tensor loss = Losses.bceWithLogits(tape, model(tape.ops(), x), labels);
///     tape.backward(loss);
/// }
/// ```
///
/// **Owner**: every tensor made on a tape dies when it closes; segments handed in must outlive it.
public final class Tape implements AutoCloseable {
    private final Thread owner = Thread.currentThread();
    private final PointerScope scope;
    private final AutoGradMode mode;
    private final boolean training;
    private final boolean doubles;
    private final int slice;
    private final int slices;
    private final Segments segments = new Segments();
    private final TorchOps ops;

    private Tape(boolean training, boolean doubles, long dropoutSeed, int slice, int slices, Numerics numerics) {
        LibTorch.load();
        this.training = training;
        this.doubles = doubles;
        this.slice = slice;
        this.slices = slices;
        this.scope = new PointerScope();
        this.mode = new AutoGradMode(training);
        this.ops = numerics.isPlain()
                ? new TorchOps(this, dropoutSeed)
                : new RoundedOps(this, dropoutSeed, Rounder.of(numerics));
    }

    /// A step with gradients; layers that differ between training and evaluation train.
    ///
    /// @param dropoutSeed decides every dropout mask of this tape: derive it from (seed, step)
    public static Tape training(long dropoutSeed) {
        return training(dropoutSeed, Numerics.FP32);
    }

    /// The same with rounded operands of matrix products.
    public static Tape training(long dropoutSeed, Numerics numerics) {
        return new Tape(true, false, dropoutSeed, 0, 1, numerics);
    }

    /// An evaluation without gradients.
    public static Tape inference() {
        return inference(Numerics.FP32);
    }

    /// The same with rounded operands of matrix products.
    public static Tape inference(Numerics numerics) {
        return new Tape(false, false, 0, 0, 1, numerics);
    }

    /// A training tape that computes in fp64 on the same fp32 values: for checks of gradients. Running
    /// statistics are not updated.
    public static Tape checking(long dropoutSeed) {
        return new Tape(true, true, dropoutSeed, 0, 1, Numerics.FP32);
    }

    /// One of several training tapes that share a batch; gradients of parameters go to the slice's own
    /// memory.
    static Tape slice(long dropoutSeed, int slice, int slices, Numerics numerics) {
        return new Tape(true, false, dropoutSeed, slice, slices, numerics);
    }

    public Ops ops() {
        return ops;
    }

    /// The operators with what only this package may call.
    TorchOps operators() {
        return ops;
    }

    boolean isTraining() {
        return training;
    }

    int slice() {
        return slice;
    }

    /// True when the tape computes in fp64.
    boolean isChecking() {
        return doubles;
    }

    boolean isSliced() {
        return slices > 1;
    }

    Segments segments() {
        return segments;
    }

    /// A constant over the caller's fp32 memory; nothing is copied.
    public Tensor input(MemorySegment values, long... shape) {
        return new TorchTensor(precise(Blobs.wrap(values, shape)), 0);
    }

    /// A constant with a copy of the values.
    ///
    /// **Throws** `IllegalArgumentException` when the shape has another number of entries than the array.
    public Tensor input(float[] values, long... shape) {
        org.bytedeco.pytorch.Tensor made = torch.empty(shape);
        if (made.numel() != values.length) {
            throw new IllegalArgumentException(
                    "shape " + java.util.Arrays.toString(shape) + " does not have " + values.length + " entries");
        }
        Blobs.view(made).copyFrom(MemorySegment.ofArray(values));
        return new TorchTensor(precise(made), 0);
    }

    /// A differentiated input over the caller's fp32 memory. Clears `gradient`; after [#backward] the
    /// gradient lies there.
    public Tensor leaf(MemorySegment values, MemorySegment gradient, long... shape) {
        gradient.fill((byte) 0);
        return new TorchTensor(precise(Blobs.leaf(values, gradient, shape)), 0);
    }

    /// Applies an op with one output.
    public Tensor apply(CustomOp op, Tensor... inputs) {
        List<Tensor> outputs = applyAll(op, inputs);
        if (outputs.size() != 1) {
            throw new IllegalArgumentException(op.name() + " has " + outputs.size() + " outputs: use applyAll");
        }
        return outputs.getFirst();
    }

    /// Applies an op with any number of outputs.
    public List<Tensor> applyAll(CustomOp op, Tensor... inputs) {
        return segments.apply(this, op, List.of(inputs));
    }

    /// True when [#backward] will ask for this tensor's gradient.
    public boolean needsGradient(Tensor tensor) {
        return training && raw(tensor).requires_grad();
    }

    /// Adds the gradient of a scalar to [Parameter#gradient] of every parameter used and to the gradient
    /// segment of every leaf. Once per tape.
    ///
    /// **Throws** `IllegalStateException` on an inference tape, `IllegalArgumentException` when `loss` is
    /// not a scalar that depends on a parameter or leaf.
    public void backward(Tensor loss) {
        if (!training) {
            throw new IllegalStateException("this tape records nothing: open it with Tape.training");
        }
        TorchTensor root = (TorchTensor) loss;
        if (root.raw().numel() != 1) {
            throw new IllegalArgumentException("backward starts from a scalar, got shape " + root);
        }
        if (!root.raw().requires_grad()) {
            throw new IllegalArgumentException(
                    "the loss depends on no parameter and no leaf: nothing to differentiate");
        }
        segments.backward(this, root);
    }

    /// A copy of the entries, row-major.
    public float[] floats(Tensor tensor) {
        org.bytedeco.pytorch.Tensor fp32 =
                raw(tensor).detach().to(torch.ScalarType.Float).contiguous();
        return Blobs.view(fp32).toArray(ValueLayout.JAVA_FLOAT);
    }

    /// A copy of the entries in double precision.
    public double[] doubles(Tensor tensor) {
        org.bytedeco.pytorch.Tensor fp64 =
                raw(tensor).detach().to(torch.ScalarType.Double).contiguous();
        return Blobs.view(fp64).toArray(ValueLayout.JAVA_DOUBLE);
    }

    /// The fp32 entries, row-major, without a copy where the tensor is contiguous; valid until the tape
    /// closes.
    public MemorySegment view(Tensor tensor) {
        org.bytedeco.pytorch.Tensor contiguous = raw(tensor).contiguous();
        return Blobs.view(doubles ? contiguous.to(torch.ScalarType.Float) : contiguous);
    }

    /// fp32 as it is, or its fp64 copy on a checking tape.
    org.bytedeco.pytorch.Tensor precise(org.bytedeco.pytorch.Tensor fp32) {
        return doubles ? fp32.to(torch.ScalarType.Double) : fp32;
    }

    private static org.bytedeco.pytorch.Tensor raw(Tensor tensor) {
        return ((TorchTensor) tensor).raw();
    }

    /// Frees every tensor of the step.
    ///
    /// **Throws** `IllegalStateException` on another thread than the one that opened the tape.
    @Override
    public void close() {
        if (Thread.currentThread() != owner) {
            throw new IllegalStateException("a tape is closed by the thread that opened it: " + owner.getName());
        }
        mode.close();
        scope.close();
    }
}
