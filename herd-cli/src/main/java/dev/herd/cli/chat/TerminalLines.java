package dev.herd.cli.chat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/// Lines typed on a terminal: edited, remembered as long as the program runs or in a file, commands completed
/// with the tab key. A line that begins with a space is not remembered. Control-C empties the line, or interrupts what
/// is going on; control-D ends.
public final class TerminalLines implements Lines {
    private final Terminal terminal;
    private final LineReader reader;
    private volatile boolean interrupted;

    private TerminalLines(Terminal terminal, Optional<Path> history) {
        this.terminal = terminal;
        LineReaderBuilder builder = LineReaderBuilder.builder()
                .terminal(terminal)
                .appName("herd")
                .completer(new StringsCompleter(Arrays.stream(SlashCommand.values())
                        .map(SlashCommand::word)
                        .toList()))
                // A text is not a shell command: its exclamation marks and backslashes are meant.
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true);
        history.ifPresent(file -> builder.variable(LineReader.HISTORY_FILE, file));
        reader = builder.build();
        terminal.handle(Terminal.Signal.INT, _ -> interrupted = true);
    }

    /// The terminal of this process.
    ///
    /// @param history where lines are remembered beyond it
    public static TerminalLines open(Optional<Path> history) {
        try {
            return new TerminalLines(
                    TerminalBuilder.builder().system(true).dumb(true).build(), history);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Another terminal, which is closed with it.
    static TerminalLines of(Terminal terminal, Optional<Path> history) {
        return new TerminalLines(terminal, history);
    }

    @Override
    public Optional<String> next(String prompt) {
        while (true) {
            try {
                String line = reader.readLine(prompt);
                interrupted = false;
                return Optional.of(line);
            } catch (UserInterruptException emptied) {
                terminal.writer().println("(control-D or /quit ends)");
            } catch (EndOfFileException end) {
                return Optional.empty();
            }
        }
    }

    @Override
    public boolean interrupted() {
        return interrupted;
    }

    @Override
    public boolean interactive() {
        return true;
    }

    @Override
    public void close() {
        try {
            terminal.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
