package dev.herd.cli.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.InputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.jline.terminal.Size;
import org.jline.terminal.impl.ExternalTerminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Keys as a terminal sends them.
class TerminalLinesTest {
    private static final String BACKSPACE = "\u007f";
    private static final String UP = "\u001bOA";
    private static final String CONTROL_C = "\u0003";
    private static final String CONTROL_D = "\u0004";

    @Test
    @Timeout(60)
    void linesAreEditedRememberedAndCompleted() throws IOException {
        try (PipedOutputStream keys = new PipedOutputStream();
                PipedInputStream in = new PipedInputStream(keys, 1 << 12)) {
            ByteArrayOutputStream screen = new ByteArrayOutputStream();
            ExternalTerminal terminal = new ExternalTerminal("test", "xterm", in, screen, StandardCharsets.UTF_8);
            terminal.setSize(new Size(80, 25));
            try (Lines lines = TerminalLines.of(terminal, Optional.empty())) {
                assertThat(typed(keys, lines, "Hellp" + BACKSPACE + "o!!\r")).hasValue("Hello!!");
                assertThat(typed(keys, lines, UP + " you\r")).hasValue("Hello!! you");
                assertThat(typed(keys, lines, "/sys\tx\r")).hasValue("/system x");
                assertThat(lines.interrupted()).isFalse();
                press(keys, CONTROL_C);
                while (!lines.interrupted()) {
                    Thread.onSpinWait();
                }
                assertThat(typed(keys, lines, "next\r")).hasValue("next");
                assertThat(lines.interrupted()).isFalse();
                assertThat(typed(keys, lines, CONTROL_D)).isEmpty();
                assertThat(screen.toString(StandardCharsets.UTF_8)).contains("> ");
            }
        }
    }

    @Test
    @Timeout(60)
    void linesAreRememberedInAFileFromOneRunToTheNext(@TempDir Path folder) throws IOException {
        Path file = HistoryFile.of(Map.of("XDG_STATE_HOME", folder.toString()), folder, "Linux");
        assertThat(file).isEqualTo(folder.resolve("herd").resolve("chat-history"));
        HistoryFile.ready(file);
        assertThat(run(file, "What is this!\r")).hasValue("What is this!");
        assertThat(run(file, " not this\r")).hasValue(" not this");
        assertThat(Files.readString(HistoryFile.ready(file)))
                .contains("What is this!")
                .doesNotContain("not this");
        assertThat(run(file, UP + "?\r")).hasValue("What is this!?");
        if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
    }

    private static Optional<String> run(Path history, String keysTyped) throws IOException {
        try (PipedOutputStream keys = new PipedOutputStream();
                PipedInputStream in = new PipedInputStream(keys, 1 << 12)) {
            ExternalTerminal terminal =
                    new ExternalTerminal("test", "xterm", in, new ByteArrayOutputStream(), StandardCharsets.UTF_8);
            terminal.setSize(new Size(80, 25));
            try (Lines lines = TerminalLines.of(terminal, Optional.of(history))) {
                return typed(keys, lines, keysTyped);
            }
        }
    }

    @Test
    void theFileLiesWhereTheSystemKeepsSuchThings(@TempDir Path home) throws IOException {
        Path file = home.resolve(".local/state/herd/chat-history");
        assertThat(HistoryFile.of(Map.of(), home, "Linux")).isEqualTo(file);
        assertThat(HistoryFile.of(Map.of("XDG_STATE_HOME", "relative"), home, "Linux"))
                .isEqualTo(file);
        assertThat(HistoryFile.of(Map.of(), home, "Mac OS X"))
                .isEqualTo(home.resolve("Library/Application Support/herd/chat-history"));
        assertThat(HistoryFile.of(Map.of(), home, "Windows 11"))
                .isEqualTo(home.resolve("AppData/Local/herd/chat-history"));
        Path taken = Files.writeString(home.resolve("taken"), "");
        assertThatThrownBy(() -> HistoryFile.ready(taken.resolve("herd").resolve("chat-history")))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("--no-history goes without");
    }

    private static Optional<String> typed(PipedOutputStream keys, Lines lines, String text) throws IOException {
        press(keys, text);
        return lines.next("> ");
    }

    private static void press(PipedOutputStream keys, String text) throws IOException {
        keys.write(text.getBytes(StandardCharsets.UTF_8));
        keys.flush();
    }
}
