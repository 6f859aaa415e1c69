package dev.herd.models.sequence;

import dev.herd.nn.Init;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Linear;
import dev.herd.nn.layer.SelfAttention;

/// The places of a sequence weighted by a learned query: `u_t = tanh(W x_t + b)`, `a = softmax(u q)` over
/// the places that exist, `sum_t a_t x_t`.
///
/// **Shapes**: `query[1, D]`.
/// **Paper**: Yang et al. 2016, Hierarchical Attention Networks for Document Classification (NAACL),
/// section 2.2, word attention.
record AttentionPooling(Linear key, Parameter query) implements Pooling {
    static AttentionPooling create(Parameters.Scope scope, int width) {
        return new AttentionPooling(
                Linear.create(scope.scope("key"), width, width),
                scope.parameter("query", new Init.XavierNormal(), 1, width));
    }

    @Override
    public Tensor forward(Ops ops, Tensor xUTD, Tensor maskUT) {
        Tensor keyUTD = ops.tanh(key.forward(ops, xUTD));
        Tensor scoresUT = ops.reshape(ops.linear(keyUTD, query, null), -1, xUTD.shape()[1]);
        Tensor softmaxUT = ops.softmax(ops.add(scoresUT, SelfAttention.hidden(ops, maskUT)), 1);
        // A row without ids has equal weights by now.
        return Pooling.weighted(ops, ops.mul(softmaxUT, maskUT), xUTD);
    }
}
