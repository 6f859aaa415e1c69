package dev.herd.llama.engine;

import dev.herd.numerics.int8.Int8Product;

/// How activations meet weights in products.
public enum Activations {
    /// As they were computed, in fp32, with what the weights stand for.
    FP32,

    /// Rounded to whole numbers of eight bits under a scale for each 32, where the weights are whole numbers too
    /// (Q8_0, Q4_0, Q4_K, Q5_K, Q6_K, MXFP4); weights of other formats meet them in fp32. Several times as
    /// fast where machine code can run, see [Int8Product#obstacle()]; very slow elsewhere.
    INT8;

    /// What is fast on this machine.
    public static Activations fastest() {
        return Int8Product.obstacle().isEmpty() ? INT8 : FP32;
    }
}
