package dev.herd.nn;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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

    /// Sets the number of threads that libtorch uses inside one operator. Where sums are split among them
    /// (layer normalization's gradients, whole sums) the bits depend on it, so training leaves it at one,
    /// the default, and works in parallel by [SlicedStep].
    ///
    /// **Throws** `IllegalArgumentException` when `threads` is not positive.
    public static void threads(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be positive, got " + threads);
        }
        load();
        torch.set_num_threads(threads);
    }

    /// Sets the number of threads that one matrix product of OpenBLAS uses: for comparisons with plain
    /// libtorch. Herd leaves it at one.
    ///
    /// **Throws** `IllegalArgumentException` when `threads` is not positive.
    public static void openBlasThreads(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be positive, got " + threads);
        }
        load();
        setOpenBlasThreads(threads);
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
            setOpenBlasThreads(1);
            // libtorch's own use of oneDNN is for convolutions alone and gets the gradient of their input wrong in
            // fp32; OneDnn calls its linear maps by name. NNPACK, which only some processors have, warns about each
            // convolution on all others.
            torch.globalContext().setUserEnabledMkldnn(false);
            torch.globalContext().setUserEnabledNNPACK(false);
        }

        static void touch() {}
    }

    /* Two copies of OpenBLAS are mapped, each with its own pool of threads that spin while they wait; on a busy machine
     * they cost more than an order of magnitude. Neither libtorch's own setting nor JavaCPP's reaches both, so each copy
     * is told by itself. The environment variable OPENBLAS_NUM_THREADS=1, which the launcher sets, has the same effect
     * earlier; this is for JVMs that were started without it. */
    private static void setOpenBlasThreads(int threads) {
        try (Arena arena = Arena.ofConfined()) {
            for (Path library : mappedOpenBlas()) {
                symbol(arena, library, "openblas_set_num_threads", FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT))
                        .ifPresent(set -> {
                            try {
                                set.invokeExact(threads);
                            } catch (Throwable e) {
                                throw new IllegalStateException("cannot set the threads of " + library, e);
                            }
                        });
            }
        }
    }

    /// Threads of each mapped copy of OpenBLAS, by file name; 1 each unless something else in this JVM
    /// changed it.
    static Map<String, Integer> openBlasThreads() {
        load();
        Map<String, Integer> threads = new TreeMap<>();
        try (Arena arena = Arena.ofConfined()) {
            for (Path library : mappedOpenBlas()) {
                symbol(arena, library, "openblas_get_num_threads", FunctionDescriptor.of(ValueLayout.JAVA_INT))
                        .ifPresent(get -> {
                            try {
                                threads.put(library.getFileName().toString(), (int) get.invokeExact());
                            } catch (Throwable e) {
                                throw new IllegalStateException("cannot ask for the threads of " + library, e);
                            }
                        });
            }
        }
        return threads;
    }

    private static Optional<MethodHandle> symbol(Arena arena, Path library, String name, FunctionDescriptor type) {
        return SymbolLookup.libraryLookup(library, arena)
                .find(name)
                .map(address -> Linker.nativeLinker().downcallHandle(address, type));
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
