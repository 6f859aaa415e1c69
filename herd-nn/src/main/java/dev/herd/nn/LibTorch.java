package dev.herd.nn;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;

/// The native library behind [TorchOps]: loading, threads, and its error messages.
public final class LibTorch {
    private LibTorch() {}

    /// Loads the library when that has not happened yet. The first load on a machine unpacks some 450 MB to
    /// JavaCPP's cache folder (system property `org.bytedeco.javacpp.cachedir`) and takes seconds.
    public static void load() {
        Loaded.touch();
    }

    /// Sets the number of threads that libtorch uses inside one elementwise operator. The result of an operator
    /// may depend on it where sums are split; one thread is the default.
    ///
    /// **Throws** `IllegalArgumentException` when `threads` is not positive.
    public static void threads(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be positive, got " + threads);
        }
        load();
        torch.set_num_threads(threads);
    }

    /// What the library says went wrong, in Herd's words: operator, operands, and the first line of the C++
    /// text.
    static IllegalArgumentException failure(String op, RuntimeException cause, Object... operands) {
        StringBuilder text = new StringBuilder(op);
        String separator = " of ";
        for (Object operand : operands) {
            text.append(separator).append(operand);
            separator = ", ";
        }
        return new IllegalArgumentException(
                text.append(": ").append(firstLine(cause)).toString(), cause);
    }

    /// The first line of a native error, without the C++ call sites that follow it.
    static String firstLine(RuntimeException cause) {
        String message = String.valueOf(cause.getMessage());
        int end = message.indexOf('\n');
        String line = end < 0 ? message : message.substring(0, end);
        int site = line.indexOf(" (Exception raised from");
        return site < 0 ? line : line.substring(0, site);
    }

    /// Runs once, when the library is first needed.
    private static final class Loaded {
        static {
            torch.set_num_threads(1);
            quietOpenBlas();
        }

        static void touch() {}
    }

    /* Two copies of OpenBLAS are mapped, each with its own pool of threads that spin while they wait; on a busy machine
     * they cost more than an order of magnitude. Neither libtorch's own setting nor JavaCPP's reaches both, so each copy
     * is told by itself. The environment variable OPENBLAS_NUM_THREADS=1, which the launcher sets, has the same effect
     * earlier; this is for JVMs that were started without it. */
    private static void quietOpenBlas() {
        try (Arena arena = Arena.ofConfined()) {
            for (Path library : mappedOpenBlas()) {
                SymbolLookup symbols = SymbolLookup.libraryLookup(library, arena);
                symbols.find("openblas_set_num_threads").ifPresent(set -> {
                    try {
                        Linker.nativeLinker()
                                .downcallHandle(set, FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT))
                                .invokeExact(1);
                    } catch (Throwable e) {
                        throw new IllegalStateException("cannot set the threads of " + library, e);
                    }
                });
            }
        }
    }

    private static List<Path> mappedOpenBlas() {
        Path maps = Path.of("/proc/self/maps");
        if (!Files.exists(maps)) {
            return List.of();
        }
        try (Stream<String> lines = Files.lines(maps)) {
            return lines.filter(line -> line.contains("/libopenblas"))
                    .map(line -> Path.of(line.substring(line.indexOf('/'))))
                    .distinct()
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + maps, e);
        }
    }
}
