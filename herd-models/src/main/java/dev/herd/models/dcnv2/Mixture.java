package dev.herd.models.dcnv2;

import dev.herd.nn.Init;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Linear;
import java.util.ArrayList;
import java.util.List;

/// A cross layer that mixes low-rank experts: `x' = sum_i g_i(x) x_0 * (U_i tanh(C_i tanh(V_i^T x)) + b) + x`.
///
/// The gates are a softmax over the experts. As in the open implementations, the layer's experts share one bias and
/// all layers share the gates' weights.
///
/// **Paper**: equations 3 and 4.
record Mixture(Linear gates, List<Expert> experts, Parameter bias) implements CrossLayer {
    record Expert(Linear down, Linear core, Linear up) {
        static Expert create(Parameters.Scope scope, long width, int rank) {
            return new Expert(
                    Linear.withoutBias(scope.scope("v"), width, rank),
                    Linear.withoutBias(scope.scope("c"), rank, rank),
                    Linear.withoutBias(scope.scope("u"), rank, width));
        }

        Tensor forward(Ops ops, Tensor x) {
            Tensor inner = ops.tanh(down.forward(ops, x));
            return up.forward(ops, ops.tanh(core.forward(ops, inner)));
        }
    }

    static Mixture create(Parameters.Scope scope, Linear gates, long width, int rank, int experts) {
        List<Expert> all = new ArrayList<>();
        for (int i = 0; i < experts; i++) {
            all.add(Expert.create(scope.scope("expert" + i), width, rank));
        }
        return new Mixture(gates, List.copyOf(all), scope.parameter("bias", Init.ZEROS, width));
    }

    @Override
    public Tensor forward(Ops ops, Tensor x0, Tensor x) {
        Tensor gateBE = ops.softmax(gates.forward(ops, x), 1);
        // The gates sum to one, so the shared bias may be added once, after mixing.
        Tensor inner = ops.parameter(bias);
        for (int i = 0; i < experts.size(); i++) {
            Tensor gateB1 = ops.slice(gateBE, 1, i, i + 1L);
            inner = ops.add(inner, ops.mul(gateB1, experts.get(i).forward(ops, x)));
        }
        return ops.add(ops.mul(x0, inner), x);
    }
}
