package dev.herd.cli;

/// What the exit code of `herd` means.
public final class ExitCodes {
    public static final int DONE = 0;
    /// Something went wrong that is neither the user's input nor the machine.
    public static final int FAILED = 1;
    /// The arguments or a file that the user handed in are wrong.
    public static final int BAD_INPUT = 2;
    /// The machine lacks something: a library, memory, disk space.
    public static final int ENVIRONMENT = 3;

    private ExitCodes() {}
}
