package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import dev.herd.cli.terminal.LineDisplay;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;

/// One command line run in this process, with everything it printed.
record CommandRun(int code, String out, String err) {
    static CommandRun of(String... arguments) {
        return of(Main.plugins(), arguments);
    }

    static CommandRun of(List<CommandPlugin> plugins, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8);
        int code = Main.run(new Console(outStream, errStream, new LineDisplay(errStream)), plugins, arguments);
        return new CommandRun(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /// The tree of commands, for tests that only look at it.
    static CommandLine commandLine() {
        PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream());
        return Main.commandLine(
                new Console(nowhere, nowhere, new LineDisplay(nowhere)), new RootCommand(), Main.plugins());
    }
}
