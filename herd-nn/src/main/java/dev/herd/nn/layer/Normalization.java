package dev.herd.nn.layer;

import dev.herd.nn.Parameters;

/// What stands between a linear map and its nonlinearity.
public enum Normalization {
    NONE,
    /// every column by the batch's statistics
    BATCH,
    /// every row by its own statistics
    LAYER;

    /// **Shapes**: `[B, width]` to the same.
    Layer create(Parameters.Scope scope, long width) {
        return switch (this) {
            case NONE -> Activation.IDENTITY;
            case BATCH -> BatchNorm.create(scope, width);
            case LAYER -> LayerNorm.create(scope, width);
        };
    }
}
