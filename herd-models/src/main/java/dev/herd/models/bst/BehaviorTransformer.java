package dev.herd.models.bst;

import dev.herd.models.ModelInput.Sequence;
import dev.herd.models.behavior.BehaviorNetwork;
import dev.herd.nn.Init;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.TransformerEncoder;
import java.util.List;
import java.util.stream.IntStream;

/// The behaviors of a sequence, oldest first, and the candidate in the last position, each beside the
/// embedding of its distance from the end, through transformer layers.
///
/// **Shapes**: behaviors `[B, T, D]`, candidate `[B, 1, D]`, result `[B, 2 D]`; `position[maxLength + 1,
/// D]`, its last row the candidate's.
/// **Paper**: Chen et al. 2019, sections 2.1 and 2.2.
final class BehaviorTransformer implements BehaviorNetwork.Summary {
    private final Parameter position;
    private final List<TransformerEncoder> layers;
    private final PositionPooling pooling;

    private BehaviorTransformer(Parameter position, List<TransformerEncoder> layers, PositionPooling pooling) {
        this.position = position;
        this.layers = layers;
        this.pooling = pooling;
    }

    static BehaviorTransformer create(Parameters.Scope scope, Bst.Config config, int maxLength) {
        int width = config.embeddingDim();
        return new BehaviorTransformer(
                scope.parameter("position", new Init.Normal(0.1), maxLength + 1L, width),
                IntStream.range(0, config.layers())
                        .mapToObj(i -> TransformerEncoder.create(
                                scope.scope(Integer.toString(i)), 2 * width, config.transformer()))
                        .toList(),
                config.pooling());
    }

    @Override
    public Tensor forward(Ops ops, Sequence sequence, Tensor targetB1D) {
        Tensor maskBT = sequence.mask();
        long last = maskBT.shape()[1];
        Tensor one = ops.shift(ops.scale(ops.slice(maskBT, 1, 0, 1), 0), 1);
        Tensor existsBS = ops.concat(List.of(maskBT, one), 1);
        Tensor itemsBSD = ops.concat(List.of(sequence.embedding(), targetB1D), 1);
        Tensor x = ops.concat(List.of(itemsBSD, positions(ops, existsBS)), 2);
        for (TransformerEncoder layer : layers) {
            x = layer.forward(ops, x, existsBS);
        }
        Tensor pooled = switch (pooling) {
            case TARGET -> ops.slice(x, 1, last, last + 1);
            case SUM -> ops.matmul(ops.reshape(existsBS, -1, 1, last + 1), x);
            case MEAN -> {
                Tensor inverse = ops.exp(ops.scale(ops.log(ops.sum(existsBS, 1, true)), -1));
                yield ops.matmul(ops.reshape(ops.mul(existsBS, inverse), -1, 1, last + 1), x);
            }
        };
        return ops.reshape(pooled, -1, 2 * position.shape()[1]);
    }

    /// The embeddings of the distances from the end, the same in every row. **Shapes**: result `[B, S, D]`.
    private Tensor positions(Ops ops, Tensor existsBS) {
        long count = existsBS.shape()[1];
        long known = position.shape()[0];
        Tensor onesBS1 = ops.reshape(ops.shift(ops.scale(existsBS, 0), 1), -1, count, 1);
        return ops.mul(onesBS1, ops.slice(ops.parameter(position), 0, known - count, known));
    }
}
