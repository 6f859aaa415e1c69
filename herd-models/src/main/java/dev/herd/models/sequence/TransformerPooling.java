package dev.herd.models.sequence;

import dev.herd.nn.Init;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.TransformerEncoder;
import java.util.List;
import java.util.stream.IntStream;

/// A sequence, to which embeddings of the places' distances from the end are added, through transformer
/// layers.
///
/// **Shapes**: `position[maxLength, D]`, its last row the newest id's.
/// **Paper**: Vaswani et al. (arXiv 1706.03762), sections 3.1 and 3.5, with learned positions.
record TransformerPooling(Parameter position, List<TransformerEncoder> layers, Pooling summary) implements Pooling {
    TransformerPooling {
        layers = List.copyOf(layers);
    }

    static TransformerPooling create(Parameters.Scope scope, int width, SequencePooling.Transformer config) {
        return new TransformerPooling(
                scope.parameter("position", new Init.Normal(0.1), config.maxLength(), width),
                IntStream.range(0, config.layers())
                        .mapToObj(i ->
                                TransformerEncoder.create(scope.scope(Integer.toString(i)), width, config.encoder()))
                        .toList(),
                switch (config.summary()) {
                    case MEAN -> Pooling::mean;
                    case ATTENTION -> AttentionPooling.create(scope.scope("summary"), width);
                });
    }

    @Override
    public Tensor forward(Ops ops, Tensor xUTD, Tensor maskUT) {
        long known = position.shape()[0];
        Tensor placesTD = ops.slice(ops.parameter(position), 0, known - xUTD.shape()[1], known);
        Tensor x = ops.add(xUTD, placesTD);
        for (TransformerEncoder layer : layers) {
            x = layer.forward(ops, x, maskUT);
        }
        return summary.forward(ops, x, maskUT);
    }
}
