package dev.herd.bench.reproduce.bdr;

import dev.herd.data.config.Config;
import dev.herd.nn.Numerics;
import dev.herd.train.TrainConfig;
import java.util.List;

/// Number formats under comparison.
///
/// @param numerics the value of the configuration's key `numerics`
record Arm(String title, String numerics) {
    static final Arm FP32 = new Arm("FP32", "fp32");
    static final Arm BF16 = new Arm("BF16", "bf16");
    static final Arm MX9 = new Arm("MX9", "mx9");
    static final Arm MX6 = new Arm("MX6", "mx6");
    static final Arm MX4 = new Arm("MX4", "mx4");
    static final Arm MIXED = new Arm("MX4 weights, MX6 else", "{weights: mx4, activations: mx6, gradients: mx6}");

    /// All but the one that the others are compared with.
    static final List<Arm> ROUNDED = List.of(BF16, MX9, MX6, MX4, MIXED);

    /// A recipe with the formats; the plain one itself where nothing is rounded.
    String recipe(String plain) {
        return this == FP32 ? plain : plain + key();
    }

    Numerics formats() {
        return Config.parse(key(), title, List.of(), TrainConfig.defaults()).numerics();
    }

    private String key() {
        return "numerics: " + numerics + "\n";
    }
}
