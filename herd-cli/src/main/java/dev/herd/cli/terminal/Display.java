package dev.herd.cli.terminal;

import dev.herd.data.Progress;

/// The error stream as people see it: progress of long work, and lines said between.
public interface Display extends Progress {
    /// Prints a line without tearing a bar that is being drawn.
    void say(String line);
}
