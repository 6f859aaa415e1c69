package dev.herd.nn.layer;

import dev.herd.nn.Ops;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import org.jspecify.annotations.Nullable;

/// Multi-head scaled dot-product attention of a sequence to itself.
///
/// **Shapes**: x `[B, T, C]`, mask `[B, T]`, result `[B, T, C]`; each of the H heads has C / H columns.
/// **Paper**: Vaswani et al. (arXiv 1706.03762), sections 3.2.1 and 3.2.2.
public record SelfAttention(Linear query, Linear key, Linear value, Linear out, int width, int heads) {
    /// Added to the score of a position that must not be seen; large enough that its softmax is 0 in fp32.
    private static final double HIDDEN = 1e9;

    /// **Throws** `IllegalArgumentException` when the heads do not divide the width.
    public static SelfAttention create(Parameters.Scope scope, int width, int heads) {
        if (heads < 1 || width % heads != 0) {
            throw new IllegalArgumentException(heads + " attention heads do not divide a width of " + width);
        }
        return new SelfAttention(
                Linear.create(scope.scope("query"), width, width),
                Linear.create(scope.scope("key"), width, width),
                Linear.create(scope.scope("value"), width, width),
                Linear.create(scope.scope("out"), width, width),
                width,
                heads);
    }

    /// @param maskBT 1 for positions that exist and 0 for padding, which no position attends to; null when
    ///     all exist
    public Tensor forward(Ops ops, Tensor xBTC, @Nullable Tensor maskBT) {
        Tensor added = maskBT == null ? null : ops.reshape(hidden(ops, maskBT), -1, 1, 1, xBTC.shape()[1]);
        return attend(ops, xBTC, added);
    }

    /// The same with other terms than those of padding, for example [#hidden] of what comes later.
    ///
    /// @param addedBHTT what is added to the scores, by position that attends and position that is attended to;
    ///     its leading dimensions broadcast
    public Tensor attend(Ops ops, Tensor xBTC, @Nullable Tensor addedBHTT) {
        long length = xBTC.shape()[1];
        Tensor queryBHTE = heads(ops, query.forward(ops, xBTC), length);
        Tensor keyBHTE = heads(ops, key.forward(ops, xBTC), length);
        Tensor valueBHTE = heads(ops, value.forward(ops, xBTC), length);
        Tensor scoresBHTT =
                ops.scale(ops.matmul(queryBHTE, ops.transpose(keyBHTE, 2, 3)), 1 / Math.sqrt((double) width / heads));
        if (addedBHTT != null) {
            scoresBHTT = ops.add(scoresBHTT, addedBHTT);
        }
        Tensor mixedBTHE = ops.transpose(ops.matmul(ops.softmax(scoresBHTT, -1), valueBHTE), 1, 2);
        return out.forward(ops, ops.reshape(mixedBTHE, -1, length, width));
    }

    /// What is added to the scores of positions before a softmax, so that padding has no weight beside
    /// positions that exist.
    ///
    /// @param mask 1 for positions that exist and 0 for padding
    public static Tensor hidden(Ops ops, Tensor mask) {
        return ops.scale(ops.shift(mask, -1), HIDDEN);
    }

    private Tensor heads(Ops ops, Tensor xBTC, long length) {
        return ops.transpose(ops.reshape(xBTC, -1, length, heads, width / heads), 1, 2);
    }
}
