package dev.herd.models.dcnv2;

import dev.herd.data.config.Doc;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Layer;
import dev.herd.nn.layer.Linear;
import java.util.ArrayList;
import java.util.List;

/// A stack of cross layers: layer l holds interactions up to order l + 1.
///
/// **Shapes**: `[B, C]` to the same.
/// **Paper**: Wang et al. 2021, sections 3.2 and 3.5.
public final class CrossNetwork implements Layer {
    private final List<CrossLayer> layers;

    private CrossNetwork(List<CrossLayer> layers) {
        this.layers = List.copyOf(layers);
    }

    public static CrossNetwork create(Parameters.Scope scope, Config config, long width) {
        List<CrossLayer> layers = new ArrayList<>();
        Linear gates = config.experts() > 1 && config.layers() > 0
                ? Linear.withoutBias(scope.scope("gates"), width, config.experts())
                : null;
        for (int i = 0; i < config.layers(); i++) {
            Parameters.Scope layer = scope.scope(Integer.toString(i));
            if (gates != null) {
                layers.add(Mixture.create(layer, gates, width, config.rank(), config.experts()));
            } else if (config.rank() > 0) {
                layers.add(CrossLayer.LowRank.create(layer, width, config.rank()));
            } else {
                layers.add(CrossLayer.Full.create(layer, width));
            }
        }
        return new CrossNetwork(layers);
    }

    @Override
    public Tensor forward(Ops ops, Tensor x0) {
        Tensor x = x0;
        for (CrossLayer layer : layers) {
            x = layer.forward(ops, x0, x);
        }
        return x;
    }

    /// The shape of a cross network.
    public record Config(
            @Doc("number of cross layers") int layers,

            @Doc("columns of the low-rank factors; 0 for full matrices")
            int rank,

            @Doc("low-rank experts per layer, mixed by gates; 1 for no mixture")
            int experts) {
        public Config {
            if (layers < 0 || rank < 0 || experts < 1) {
                throw new IllegalArgumentException("a cross network needs layers >= 0, rank >= 0 and experts >= 1, got "
                        + layers + ", " + rank + " and " + experts);
            }
            if (experts > 1 && rank == 0) {
                throw new IllegalArgumentException(
                        "a mixture of " + experts + " cross experts needs a positive rank, got 0");
            }
        }

        public static Config defaults() {
            return new Config(3, 0, 1);
        }

        /// Full matrices.
        public static Config full(int layers) {
            return new Config(layers, 0, 1);
        }
    }
}
