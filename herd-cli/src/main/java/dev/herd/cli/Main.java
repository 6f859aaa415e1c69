package dev.herd.cli;

import dev.herd.cli.terminal.Terminal;
import java.io.PrintWriter;
import java.util.ServiceLoader;
import picocli.CommandLine;

/// The `herd` command.
public final class Main {
    /// Set by the launcher: the descriptor of the real error stream.
    private static final String ERROR_STREAM_PROPERTY = "dev.herd.stderr";

    private Main() {}

    public static void main(String... arguments) {
        Integer errorStream = Integer.getInteger(ERROR_STREAM_PROPERTY);
        if (errorStream != null) {
            Terminal.takeErrorStream(errorStream);
        }
        int code = run(Console.ofProcess(), arguments);
        System.out.flush();
        System.exit(code);
    }

    /// Runs one command line and returns the exit code.
    static int run(Console console, String... arguments) {
        RootCommand root = new RootCommand();
        Faults faults = new Faults(console, root);
        try {
            return commandLine(console, root, faults).execute(arguments);
        } catch (Error fault) {
            return faults.report(fault);
        }
    }

    static CommandLine commandLine(Console console, RootCommand root, Faults faults) {
        CommandLine line = new CommandLine(root);
        line.addSubcommand(new DoctorCommand(console));
        ServiceLoader.load(CommandPlugin.class).forEach(plugin -> line.addSubcommand(plugin.command(console)));
        line.addSubcommand(new CompletionCommand(console));
        line.setOut(new PrintWriter(console.out(), true));
        line.setErr(new PrintWriter(console.err(), true));
        line.setParameterExceptionHandler(faults);
        line.setExecutionExceptionHandler(faults);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpAutoWidth(false);
        line.setUsageHelpWidth(110);
        return line;
    }
}
