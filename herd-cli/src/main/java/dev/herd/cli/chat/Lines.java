package dev.herd.cli.chat;

import java.util.Optional;

/// The lines that a person types, or a program pipes in.
///
/// **Owner**: who opens it closes it.
public sealed interface Lines extends AutoCloseable permits PipedLines, TerminalLines {
    /// The next line, asked for with `prompt` where a person can see it; nothing when there are no more.
    Optional<String> next(String prompt);

    /// Whether the person has asked, since the last line, to have what is going on stopped.
    boolean interrupted();

    /// Whether a person is there.
    boolean interactive();

    @Override
    void close();
}
