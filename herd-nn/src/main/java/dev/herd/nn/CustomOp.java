package dev.herd.nn;

import java.util.List;

/// An operator that libtorch does not differentiate: forward and backward stand side by side in one class. The
/// tensors seen here carry no history, so both methods may compute with [Tape#ops], or read memory with
/// [Tape#view] and hand results in with [Tape#input]. An op that keeps more than its inputs and outputs for
/// backward does so in fields; such an instance belongs to one application.
public interface CustomOp {
    /// Named in error messages.
    String name();

    /// The outputs, one or more.
    List<Tensor> forward(Tape tape, List<Tensor> inputs);

    /// The gradient of every input, in order. The gradient of a parameter that the op uses directly is added to
    /// [Parameter#gradient].
    ///
    /// @param inputs as forward got them
    /// @param outputs as forward gave them
    /// @param gradients of every output, in order; zeros where an output was not used
    List<Tensor> backward(Tape tape, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> gradients);
}
