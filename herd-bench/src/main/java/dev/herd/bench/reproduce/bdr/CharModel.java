package dev.herd.bench.reproduce.bdr;

import dev.herd.nn.Init;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Activation;
import dev.herd.nn.layer.LayerNorm;
import dev.herd.nn.layer.Linear;
import dev.herd.nn.layer.Mlp;
import dev.herd.nn.layer.SelfAttention;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A transformer that predicts every next character, with normalization before each part of a layer.
///
/// **Shapes**: B windows of T characters to logits `[B * T, V]`.
record CharModel(Shape shape, Parameter characters, Parameter places, List<Block> blocks, LayerNorm norm, Linear out) {
    private static final Init START = new Init.Normal(0.02);

    /// How large it is.
    ///
    /// @param length T, positions of a window
    record Shape(int length, int width, int heads, int layers) {}

    /// One layer.
    record Block(LayerNorm attentionNorm, SelfAttention attention, LayerNorm norm, Mlp feedForward) {
        static Block create(Parameters.Scope scope, int width, int heads) {
            Mlp.Config wide = Mlp.Config.of(4 * width).withActivation(Activation.GELU);
            return new Block(
                    LayerNorm.create(scope.scope("attention_norm"), width),
                    SelfAttention.create(scope.scope("attention"), width, heads),
                    LayerNorm.create(scope.scope("norm"), width),
                    Mlp.create(scope.scope("ffn"), wide, width, width));
        }

        Tensor forward(Ops ops, Tensor xBTC, Tensor hidden) {
            Tensor attended = attention.attend(ops, attentionNorm.forward(ops, xBTC), hidden);
            Tensor y = ops.add(xBTC, attended);
            return ops.add(y, feedForward.forward(ops, norm.forward(ops, y)));
        }
    }

    /// @param characters V, how many different ones there are
    static CharModel create(Parameters.Scope scope, int characters, Shape shape) {
        int width = shape.width();
        List<Block> blocks = new ArrayList<>();
        for (int layer = 0; layer < shape.layers(); layer++) {
            blocks.add(Block.create(scope.scope("layer" + layer), width, shape.heads()));
        }
        return new CharModel(
                shape,
                scope.parameter("characters", START, characters, width),
                scope.parameter("places", START, shape.length(), width),
                List.copyOf(blocks),
                LayerNorm.create(scope.scope("norm"), width),
                Linear.create(scope.scope("out"), width, characters));
    }

    /// @param charactersBT row-major
    /// @param seenTT 1 where the position of the row may see that of the column, else 0
    Tensor forward(Ops ops, long[] charactersBT, Tensor seenTT) {
        Tensor chosen = ops.select(ops.parameter(characters), 0, charactersBT);
        Tensor x = ops.add(ops.reshape(chosen, -1, shape.length(), shape.width()), ops.parameter(places));
        Tensor hidden = SelfAttention.hidden(ops, seenTT);
        for (Block block : blocks) {
            x = block.forward(ops, x, hidden);
        }
        return ops.reshape(
                out.forward(ops, norm.forward(ops, x)),
                charactersBT.length,
                out.weight().shape()[0]);
    }

    /// What each of T positions may see: itself and those before.
    static float[] earlier(int length) {
        float[] seen = new float[length * length];
        for (int t = 0; t < length; t++) {
            Arrays.fill(seen, t * length, t * length + t + 1, 1);
        }
        return seen;
    }
}
