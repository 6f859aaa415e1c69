package dev.herd.cli.terminal;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// The terminal behind a file descriptor, asked through the C library: the JDK tells neither whether the error
/// stream is a terminal nor how wide it is. Where the C library cannot be asked, nothing is a terminal.
public final class Terminal {
    /// Width where the terminal does not tell.
    public static final int DEFAULT_COLUMNS = 80;

    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final long TIOCGWINSZ = System.getProperty("os.name").startsWith("Mac") ? 0x40087468L : 0x5413L;

    private Terminal() {}

    /// Whether the error stream is a terminal that a bar may be drawn on.
    public static boolean onErrorStream() {
        return !"dumb".equals(System.getenv("TERM")) && call("isatty", STDERR) == 1;
    }

    /// Whether a person types what this process reads and sees what it prints.
    public static boolean interactive() {
        return call("isatty", STDIN) == 1 && call("isatty", STDOUT) == 1;
    }

    /// Columns of the terminal on the error stream.
    public static int columns() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment rowsAndColumns = arena.allocate(8);
            MethodHandle ioctl = Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().findOrThrow("ioctl"),
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.ADDRESS),
                            Linker.Option.firstVariadicArg(2));
            int failed = (int) ioctl.invokeExact(STDERR, TIOCGWINSZ, rowsAndColumns);
            int columns = Short.toUnsignedInt(rowsAndColumns.get(ValueLayout.JAVA_SHORT, 2));
            return failed != 0 || columns == 0 ? DEFAULT_COLUMNS : columns;
        } catch (Throwable noSuchCall) {
            return DEFAULT_COLUMNS;
        }
    }

    /// Makes `descriptor` the error stream of this process, for Java and native code alike: the launcher hands
    /// the real one over this way after it has filtered the lines that java prints while it starts.
    public static void takeErrorStream(int descriptor) {
        if (call("dup2", descriptor, STDERR) == STDERR) {
            call("close", descriptor);
        }
    }

    /// Calls a C function of int arguments and an int result; -1 where there is none.
    private static int call(String function, int... arguments) {
        try {
            ValueLayout.OfInt[] types = new ValueLayout.OfInt[arguments.length];
            java.util.Arrays.fill(types, ValueLayout.JAVA_INT);
            MethodHandle handle = Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().findOrThrow(function),
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, types));
            return (int) handle.invokeWithArguments(
                    java.util.Arrays.stream(arguments).boxed().toList());
        } catch (Throwable noSuchFunction) {
            return -1;
        }
    }
}
