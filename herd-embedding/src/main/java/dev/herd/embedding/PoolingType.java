package dev.herd.embedding;

/// How the rows of one bag become one row. An empty bag gives zeros.
public enum PoolingType {
    /// sum of the rows, each times its weight when the ids carry weights
    SUM,
    /// sum divided by the number of ids in the bag
    MEAN
}
