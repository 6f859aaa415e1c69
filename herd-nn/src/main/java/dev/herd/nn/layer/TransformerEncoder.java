package dev.herd.nn.layer;

import dev.herd.data.config.Doc;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import org.jspecify.annotations.Nullable;

/// One transformer encoder layer with normalization after each sum: `Y = LN(X + Attention(X))`, `LN(Y +
/// FFN(Y))`.
///
/// **Shapes**: x `[B, T, C]`, mask `[B, T]`, result `[B, T, C]`.
/// **Paper**: Vaswani et al. (arXiv 1706.03762), section 3.1.
public record TransformerEncoder(
        SelfAttention attention, Layer attentionNorm, Mlp feedForward, Layer norm, double dropout) {
    /// The shape of an encoder layer.
    public record Config(
            @Doc("attention heads; they divide the width") int heads,
            @Doc("hidden width of the feed-forward network") int feedForward,

            @Doc("probability that an entry is zeroed in training, after attention and after the network")
            double dropout) {
        public Config {
            if (heads < 1 || feedForward < 1) {
                throw new IllegalArgumentException("`heads` and `feed_forward` must be positive");
            }
            if (!(dropout >= 0 && dropout < 1)) {
                throw new IllegalArgumentException("dropout must lie in [0, 1), got " + dropout);
            }
        }

        public static Config defaults() {
            return new Config(2, 128, 0);
        }
    }

    public static TransformerEncoder create(Parameters.Scope scope, int width, Config config) {
        return new TransformerEncoder(
                SelfAttention.create(scope.scope("attention"), width, config.heads()),
                LayerNorm.create(scope.scope("attention_norm"), width),
                Mlp.create(scope.scope("ffn"), Mlp.Config.of(config.feedForward()), width, width),
                LayerNorm.create(scope.scope("norm"), width),
                config.dropout());
    }

    /// @param maskBT as [SelfAttention#forward] takes it
    public Tensor forward(Ops ops, Tensor xBTC, @Nullable Tensor maskBT) {
        Tensor attended = ops.dropout(attention.forward(ops, xBTC, maskBT), dropout);
        Tensor y = attentionNorm.forward(ops, ops.add(xBTC, attended));
        return norm.forward(ops, ops.add(y, ops.dropout(feedForward.forward(ops, y), dropout)));
    }
}
