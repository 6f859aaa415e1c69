package dev.herd.bench;

import dev.herd.cli.CommandPlugin;
import dev.herd.cli.terminal.Console;

/// Adds `herd bench`.
public final class BenchPlugin implements CommandPlugin {
    @Override
    public Object command(Console console) {
        return new BenchCommand(console);
    }
}
