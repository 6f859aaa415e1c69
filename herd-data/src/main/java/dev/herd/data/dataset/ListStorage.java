package dev.herd.data.dataset;

/// How a part stores lists that repeat the row before.
public enum ListStorage {
    /// A missing list stands for the list of the row before: within a session, a list is written,
    /// compressed and decoded once a run. The first row of every 2048 is written out, so that row groups
    /// can be read by themselves.
    RUNS_ONCE,
    /// Every list is written out.
    WRITTEN_OUT
}
