package dev.herd.cli.chat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Lines of a stream in UTF-8.
public final class PipedLines implements Lines {
    private final BufferedReader reader;

    private PipedLines(BufferedReader reader) {
        this.reader = reader;
    }

    /// The stream stays open: it is usually the process's own.
    public static PipedLines of(InputStream in) {
        return new PipedLines(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
    }

    @Override
    public Optional<String> next(String prompt) {
        try {
            return Optional.ofNullable(reader.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean interrupted() {
        return false;
    }

    @Override
    public boolean interactive() {
        return false;
    }

    @Override
    public void close() {}
}
