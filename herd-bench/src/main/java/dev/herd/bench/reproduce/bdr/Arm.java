package dev.herd.bench.reproduce.bdr;

import dev.herd.data.config.Config;
import dev.herd.nn.Numerics;
import dev.herd.train.TrainConfig;
import java.util.List;

/// Ways to train under comparison, most of them number formats.
///
/// @param keys of the configuration that differ from the plain one
record Arm(String title, String keys) {
    static final Arm FP32 = new Arm("FP32", "");

    /// The gradient of a batch is summed over four slices of it instead of two: what rounding in another order
    /// alone makes of a run.
    static final Arm REORDERED = new Arm("FP32, sums in another order", "slices: 4\n");

    static final Arm BF16 = rounded("BF16", "bf16");
    static final Arm MX9 = rounded("MX9", "mx9");
    static final Arm MX6 = rounded("MX6", "mx6");
    static final Arm MX4 = rounded("MX4", "mx4");
    static final Arm MIXED = rounded("MX4 weights, MX6 else", "{weights: mx4, activations: mx6, gradients: mx6}");

    /// Those that round the operands of products.
    static final List<Arm> ROUNDED = List.of(BF16, MX9, MX6, MX4, MIXED);

    private static Arm rounded(String title, String numerics) {
        return new Arm(title, "numerics: " + numerics + "\n");
    }

    /// A recipe with the keys.
    String recipe(String plain) {
        return plain + keys;
    }

    Numerics formats() {
        return Config.parse(keys, title, List.of(), TrainConfig.defaults()).numerics();
    }
}
