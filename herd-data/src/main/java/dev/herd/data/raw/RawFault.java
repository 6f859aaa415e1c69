package dev.herd.data.raw;

import dev.herd.data.InputException;
import java.nio.file.Path;

/// What is wrong with one row; lines and columns (in bytes) count from 1.
public record RawFault(Path file, long line, int column, String what) {
    public InputException exception() {
        return InputException.at(file, line, column, what);
    }

    @Override
    public String toString() {
        return file + ":" + line + ":" + column + ": " + what;
    }
}
