package dev.herd.models.xdeepfm;

import dev.herd.nn.Ops;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Linear;
import java.util.ArrayList;
import java.util.List;

/// The compressed interaction network, CIN: layer k holds H_k embeddings
/// `x^k_h = sum_ij W^k_hij (x^0_i * x^{k-1}_j) + b^k_h`, all of order k + 1. Every layer's embeddings are
/// summed over D, and a linear map of these sums is the answer.
///
/// **Shapes**: `[B, n, D]` to `[B, K]`; weights of layer k `[H_k, n * H_{k-1}]`.
/// **Paper**: Lian et al. 2018, the compressed interaction network; no activation, which the paper's study
/// of them finds best.
record CompressedInteractions(int fields, int width, List<Linear> layers, Linear out) {
    static CompressedInteractions create(
            Parameters.Scope scope, int fields, int width, List<Integer> sizes, int tasks) {
        List<Linear> layers = new ArrayList<>();
        long in = fields;
        long sum = 0;
        for (int size : sizes) {
            layers.add(Linear.create(scope.scope(Integer.toString(layers.size())), fields * in, size));
            in = size;
            sum += size;
        }
        return new CompressedInteractions(
                fields, width, List.copyOf(layers), Linear.create(scope.scope("out"), sum, tasks));
    }

    /* The columns of D never mix before the sums, so that each is a row of one large product. A layer that another
     * one reads has to form x^0_i * x^{k-1}_j for every column. As a matrix product of a column and a row this costs
     * what an elementwise product does, and its gradients come without another array of that size. Of the last layer
     * only the sums over D are wanted, and since it is linear its weights may as well meet products summed
     * beforehand, which are inner products: D times fewer rows, and no array of n H D entries per example. */
    Tensor forward(Ops ops, Tensor embBND) {
        Tensor baseBDN = ops.transpose(embBND, 1, 2);
        Tensor baseRN1 = ops.reshape(baseBDN, -1, fields, 1);
        Tensor xBDH = baseBDN;
        long size = fields;
        List<Tensor> sums = new ArrayList<>();
        for (Linear layer : layers.subList(0, layers.size() - 1)) {
            Tensor productsRNH = ops.matmul(baseRN1, ops.reshape(xBDH, -1, 1, size));
            Tensor nextRH = layer.forward(ops, ops.reshape(productsRNH, -1, fields * size));
            size = layer.weight().shape()[0];
            xBDH = ops.reshape(nextRH, -1, width, size);
            sums.add(ops.sum(xBDH, 1, false));
        }
        Tensor meansBNH = ops.scale(ops.matmul(embBND, xBDH), 1.0 / width);
        Tensor last = layers.getLast().forward(ops, ops.reshape(meansBNH, -1, fields * size));
        sums.add(ops.scale(last, width));
        return out.forward(ops, sums.size() == 1 ? sums.getFirst() : ops.concat(sums, 1));
    }
}
