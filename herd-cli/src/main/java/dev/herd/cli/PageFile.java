package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import dev.herd.data.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A page or drawing that a command writes where the user asks for it.
///
/// @param what it is called when it is done: `Report`
record PageFile(String what, Path file) {
    /// **Throws** [InputException] when it cannot be written there.
    void write(String text, Console console) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new InputException(file + ": cannot be written: " + e.getMessage(), e);
        }
        console.say(what + ": " + file);
    }
}
