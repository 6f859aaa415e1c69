package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import dev.herd.cli.terminal.Terminal;
import java.io.PrintWriter;
import java.util.List;
import java.util.ServiceLoader;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;

/// The `herd` command.
public final class Main {
    /// Set by the launcher: the descriptor of the real error stream.
    private static final String ERROR_STREAM_PROPERTY = "dev.herd.stderr";

    private static final int HELP_COLUMNS = 110;

    private Main() {}

    public static void main(String... arguments) {
        Integer errorStream = Integer.getInteger(ERROR_STREAM_PROPERTY);
        if (errorStream != null) {
            Terminal.takeErrorStream(errorStream);
        }
        // Libraries that log by java.util.logging have nothing to say to a user unless something is wrong.
        Logger.getLogger("").setLevel(Level.WARNING);
        int code = run(Console.ofProcess(), plugins(), arguments);
        System.out.flush();
        System.exit(code);
    }

    static List<CommandPlugin> plugins() {
        return ServiceLoader.load(CommandPlugin.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }

    /// Runs one command line and returns the exit code.
    static int run(Console console, List<CommandPlugin> plugins, String... arguments) {
        RootCommand root = new RootCommand();
        Faults faults = new Faults(console, root);
        CommandLine line = commandLine(console, root, plugins);
        line.setParameterExceptionHandler(faults);
        line.setExecutionExceptionHandler(faults);
        try {
            return line.execute(arguments);
        } catch (Error fault) {
            return faults.report(fault);
        }
    }

    static CommandLine commandLine(Console console, RootCommand root, List<CommandPlugin> plugins) {
        CommandLine line = new CommandLine(root);
        line.addSubcommand(new QuickstartCommand(console));
        line.addSubcommand(new GenerateCommand(console));
        line.addSubcommand(new PrepareCommand(console));
        line.addSubcommand(new CommandLine(new InspectCommand(console))
                .addSubcommand(new InspectModelCommand(console))
                .addSubcommand(new InspectRunCommand(console)));
        line.addSubcommand(new TrainCommand(console));
        line.addSubcommand(new TuneCommand(console));
        line.addSubcommand(new EvaluateCommand(console));
        line.addSubcommand(new PredictCommand(console));
        line.addSubcommand(new QuantizeCommand(console));
        line.addSubcommand(new ExportCommand(console));
        line.addSubcommand(new ModelsCommand(console));
        line.addSubcommand(new TokenizeCommand(console));
        line.addSubcommand(new ChatCommand(console));
        line.addSubcommand(new CompleteCommand(console));
        line.addSubcommand(new EmbedCommand(console));
        line.addSubcommand(new GuardCommand(console));
        line.addSubcommand(new PerplexityCommand(console));
        line.addSubcommand(new ServeCommand(console));
        line.addSubcommand(new DoctorCommand(console));
        plugins.forEach(plugin -> line.addSubcommand(plugin.command(console)));
        line.addSubcommand(new CompletionCommand(console));
        line.setOut(new PrintWriter(console.out(), true, console.out().charset()));
        line.setErr(new PrintWriter(console.err(), true, console.err().charset()));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpWidth(HELP_COLUMNS);
        return line;
    }
}
