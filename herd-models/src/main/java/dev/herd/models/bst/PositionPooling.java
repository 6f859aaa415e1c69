package dev.herd.models.bst;

/// What of a transformer's positions goes on to the perceptron.
public enum PositionPooling {
    /// the candidate's position
    TARGET,
    /// the mean of the positions that exist
    MEAN,
    /// the sum of the positions that exist
    SUM
}
