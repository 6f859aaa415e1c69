package dev.herd.bench.reproduce;

import dev.herd.cli.CommandPlugin;
import dev.herd.cli.terminal.Console;

/// Adds `herd reproduce`.
public final class ReproducePlugin implements CommandPlugin {
    @Override
    public Object command(Console console) {
        return new ReproduceCommand(console);
    }
}
