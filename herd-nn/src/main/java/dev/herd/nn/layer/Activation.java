package dev.herd.nn.layer;

import dev.herd.nn.Ops;
import dev.herd.nn.Tensor;

/// The nonlinearity of a layer.
public enum Activation implements Layer {
    IDENTITY {
        @Override
        public Tensor forward(Ops ops, Tensor x) {
            return x;
        }
    },
    RELU {
        @Override
        public Tensor forward(Ops ops, Tensor x) {
            return ops.relu(x);
        }
    },
    GELU {
        @Override
        public Tensor forward(Ops ops, Tensor x) {
            return ops.gelu(x);
        }
    },
    SIGMOID {
        @Override
        public Tensor forward(Ops ops, Tensor x) {
            return ops.sigmoid(x);
        }
    },
    TANH {
        @Override
        public Tensor forward(Ops ops, Tensor x) {
            return ops.tanh(x);
        }
    }
}
