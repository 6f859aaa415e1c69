package dev.herd.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// `herd` itself: the options that every command has. Without a command it is a usage error that lists the commands.
@Command(
        name = "herd",
        versionProvider = VersionProvider.class,
        description = "Trains and serves large ranking models on the JVM.",
        synopsisSubcommandLabel = "<command>",
        optionListHeading = "%nOptions:%n",
        commandListHeading = "%nCommands:%n",
        footerHeading = "%nExample:%n",
        footer = "  ./herd quickstart")
@SuppressWarnings("UnusedVariable") // picocli reads what its options set
final class RootCommand implements Runnable {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help and an example.")
    private boolean help;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Show the stack trace of a failure.")
    private boolean verbose;

    @Option(names = "--version", description = "Print the version.", versionHelp = true)
    private boolean version;

    @Spec
    private CommandSpec spec;

    boolean verbose() {
        return verbose;
    }

    @Override
    public void run() {
        CommandLine line = spec.commandLine();
        throw new ParameterException(line, "which command?\n" + line.getUsageMessage());
    }
}
