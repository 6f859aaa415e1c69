package dev.herd.cli.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jline.terminal.Size;
import org.jline.terminal.impl.ExternalTerminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
            try (Lines lines = TerminalLines.of(terminal)) {
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

    private static Optional<String> typed(PipedOutputStream keys, Lines lines, String text) throws IOException {
        press(keys, text);
        return lines.next("> ");
    }

    private static void press(PipedOutputStream keys, String text) throws IOException {
        keys.write(text.getBytes(StandardCharsets.UTF_8));
        keys.flush();
    }
}
