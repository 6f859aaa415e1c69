package dev.herd.data;

import java.nio.file.Path;
import java.util.function.Supplier;

/// Something the user handed in is wrong: a file, a row, a configuration key. The command line maps it to
/// exit code 2. The message names the place, what was found, what would be accepted and what to change.
public final class InputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InputException(String message) {
        super(message);
    }

    public InputException(String message, Throwable cause) {
        super(message, cause);
    }

    /// A fault at a place in a file, as `file:line:column: what`. Lines and columns count from 1.
    public static InputException at(Path file, long line, int column, String what) {
        return new InputException(file + ":" + line + ":" + column + ": " + what);
    }

    /// A fault of a whole file.
    public static InputException of(Path file, String what) {
        return new InputException(file + ": " + what);
    }

    /// What `maker` makes of numbers that the user handed in; its refusal becomes the user's.
    public static <T> T checked(Supplier<T> maker) {
        try {
            return maker.get();
        } catch (IllegalArgumentException e) {
            throw new InputException(String.valueOf(e.getMessage()), e);
        }
    }
}
