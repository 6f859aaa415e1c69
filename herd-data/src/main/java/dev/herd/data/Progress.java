package dev.herd.data;

/// How long work tells what it is doing. The command line draws a bar on a terminal and prints JSON lines when piped;
/// libraries embedding Herd pass [#SILENT] or their own.
///
/// **Owner**: whoever starts a task closes it; `advance` may be called from any thread.
public interface Progress {
    /// Starts a task of `total` units (rows, samples, bytes); a negative total means it is not known.
    Task start(String what, long total, String unit);

    /// Reports nothing.
    Progress SILENT = (what, total, unit) -> new Task() {
        @Override
        public void advance(long units) {}

        @Override
        public void note(String key, double value) {}

        @Override
        public void close() {}
    };

    /// One task in progress.
    interface Task extends AutoCloseable {
        void advance(long units);

        /// A figure to show beside the bar, for example the running loss.
        void note(String key, double value);

        @Override
        void close();
    }
}
