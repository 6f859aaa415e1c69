package dev.herd.nn;

/// How a parameter starts. Every scalar is a function of (seed, parameter name, index), so adding a layer does
/// not change another layer's start.
public sealed interface Init {
    record Constant(float value) implements Init {}

    record Normal(double std) implements Init {}

    record Uniform(double low, double high) implements Init {}

    /// Normal with variance `2 / (fanIn + fanOut)`; fan-in is the last dimension, fan-out the one before it.
    record XavierNormal() implements Init {}

    /// Uniform in `+-sqrt(6 / (fanIn + fanOut))`.
    record XavierUniform() implements Init {}

    /// Uniform in `+-1/sqrt(fanIn)` with the given fan-in: the usual default of linear layers and their biases.
    record FanIn(long fanIn) implements Init {}

    Init ZEROS = new Constant(0);
    Init ONES = new Constant(1);
}
