package dev.herd.nn.layer;

import dev.herd.nn.Ops;
import dev.herd.nn.Tensor;

/// A piece of a network from one tensor to one tensor. Its parameters were declared when it was created.
@FunctionalInterface
public interface Layer {
    Tensor forward(Ops ops, Tensor x);
}
