package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import java.nio.file.Path;

/// Says how to go on when a run is interrupted (Ctrl-C, SIGTERM). Checkpoints are complete or absent
/// whenever the process dies, so there is nothing to clean up.
final class ResumeHint implements AutoCloseable {
    private final Thread hook;

    private ResumeHint(Thread hook) {
        this.hook = hook;
    }

    static ResumeHint install(Console console, String command, Path folder) {
        Thread hook = new Thread(
                () -> console.err()
                        .println("\nherd: interrupted. Go on with: ./herd " + command + " --resume "
                                + quoted(folder.toString())),
                "herd-resume-hint");
        Runtime.getRuntime().addShutdownHook(hook);
        return new ResumeHint(hook);
    }

    private static String quoted(String path) {
        return path.matches("[A-Za-z0-9_./=+-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException goingDown) {
            // the hook runs, and says what it has to say
        }
    }
}
