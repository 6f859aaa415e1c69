package dev.herd.nn;

/// A dense array as a model sees it: a handle made by an [Ops] interpreter and understood by that interpreter
/// alone. Under [TorchOps] it is a libtorch tensor that lives until the step's scope closes; under a recorder
/// it is a node.
public interface Tensor {
    /// Sizes per dimension. The batch size may be unknown to a recorder (-1), so models never compute with it:
    /// they reshape with -1.
    long[] shape();
}
