package dev.herd.nn.layer;

import dev.herd.data.config.Doc;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import java.util.ArrayList;
import java.util.List;

/// A multilayer perceptron. Every hidden block is linear, normalization, activation, dropout, in this order (the order
/// of the BARS benchmark); an output map, when there is one, is a plain linear map.
///
/// **Shapes**: `[B, in]` to `[B, width]`.
public final class Mlp implements Layer {
    private final List<Layer> layers;
    private final long width;

    private Mlp(List<Layer> layers, long width) {
        this.layers = List.copyOf(layers);
        this.width = width;
    }

    /// Hidden blocks and a plain linear map to `out` columns.
    public static Mlp create(Parameters.Scope scope, Config config, long in, long out) {
        List<Layer> layers = new ArrayList<>();
        long width = addHidden(layers, scope, config, in);
        layers.add(Linear.create(scope.scope("out"), width, out));
        return new Mlp(layers, out);
    }

    /// Hidden blocks alone; the identity when there are none.
    public static Mlp hidden(Parameters.Scope scope, Config config, long in) {
        List<Layer> layers = new ArrayList<>();
        long width = addHidden(layers, scope, config, in);
        return new Mlp(layers, width);
    }

    private static long addHidden(List<Layer> layers, Parameters.Scope scope, Config config, long in) {
        long width = in;
        for (int i = 0; i < config.hidden().size(); i++) {
            Parameters.Scope block = scope.scope(Integer.toString(i));
            int out = config.hidden().get(i);
            layers.add(Linear.create(block, width, out));
            if (config.normalization() != Normalization.NONE) {
                layers.add(config.normalization().create(block.scope("norm"), out));
            }
            layers.add(config.activation());
            if (config.dropout() > 0) {
                layers.add((ops, x) -> ops.dropout(x, config.dropout()));
            }
            width = out;
        }
        return width;
    }

    /// Columns of the result.
    public long width() {
        return width;
    }

    @Override
    public Tensor forward(Ops ops, Tensor x) {
        for (Layer layer : layers) {
            x = layer.forward(ops, x);
        }
        return x;
    }

    /// The shape of a perceptron.
    public record Config(
            @Doc("widths of the hidden layers, first to last")
            List<Integer> hidden,

            @Doc("nonlinearity of the hidden layers: identity, relu, gelu, sigmoid or tanh")
            Activation activation,

            @Doc("normalization of the hidden layers: none, batch or layer")
            Normalization normalization,

            @Doc("probability that an entry of a hidden layer is zeroed in training")
            double dropout) {
        public Config {
            hidden = List.copyOf(hidden);
            for (int width : hidden) {
                if (width <= 0) {
                    throw new IllegalArgumentException("hidden widths must be positive, got " + hidden);
                }
            }
            if (!(dropout >= 0 && dropout < 1)) {
                throw new IllegalArgumentException("dropout must lie in [0, 1), got " + dropout);
            }
        }

        /// The perceptron of the BARS benchmark: three layers of 400 with batch normalization.
        public static Config defaults() {
            return of(400, 400, 400).withNormalization(Normalization.BATCH);
        }

        /// Rectified hidden layers of the given widths without normalization or dropout.
        public static Config of(Integer... hidden) {
            return new Config(List.of(hidden), Activation.RELU, Normalization.NONE, 0);
        }

        public Config withNormalization(Normalization changed) {
            return new Config(hidden, activation, changed, dropout);
        }

        public Config withActivation(Activation changed) {
            return new Config(hidden, changed, normalization, dropout);
        }

        public Config withDropout(double changed) {
            return new Config(hidden, activation, normalization, changed);
        }
    }
}
