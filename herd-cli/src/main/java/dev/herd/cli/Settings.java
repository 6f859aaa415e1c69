package dev.herd.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/// The option `--set`, shared by every command that reads a configuration file.
final class Settings {
    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Set a key of the configuration, for example --set a.b=3; may be given many times.")
    private List<String> overrides = new ArrayList<>();

    List<String> overrides() {
        return List.copyOf(overrides);
    }
}
