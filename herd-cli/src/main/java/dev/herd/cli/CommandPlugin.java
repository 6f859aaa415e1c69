package dev.herd.cli;

import dev.herd.cli.terminal.Console;

/// How another module adds a command to `herd`: name an implementation in
/// `META-INF/services/dev.herd.cli.CommandPlugin`.
public interface CommandPlugin {
    /// A picocli `@Command` object that is a `Callable<Integer>` returning the exit code (see [ExitCodes]); its
    /// footer ends with an example that works as pasted.
    Object command(Console console);
}
