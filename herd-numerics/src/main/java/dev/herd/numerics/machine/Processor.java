package dev.herd.numerics.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What this process may run: whether machine code can be written for it at all, and which instructions it
/// has, as the system lists them (one that saves no 512-bit registers does not list what uses them).
public final class Processor {
    /// Set to `false`, nothing is written as machine code: `-Dherd.machine-code=false`.
    public static final String PROPERTY = "herd.machine-code";

    private static final List<String> VNNI = List.of("avx512f", "avx512bw", "avx512vl", "avx512_vnni", "f16c");
    private static final Path LIST = Path.of("/proc/cpuinfo");
    private static final Optional<String> OBSTACLE = find();

    private Processor() {}

    /// Why no code with AVX-512 and its products of bytes (VNNI) can run here; empty where it can.
    public static Optional<String> obstacle() {
        return OBSTACLE;
    }

    private static Optional<String> find() {
        if (System.getProperty(PROPERTY, "true").equals("false")) {
            return Optional.of("-D" + PROPERTY + "=false forbids it");
        }
        String system = System.getProperty("os.name") + " on " + System.getProperty("os.arch");
        if (!system.equals("Linux on amd64") || !Files.isReadable(LIST)) {
            return Optional.of("it is written for Linux on amd64, and this is " + system);
        }
        try (Stream<String> lines = Files.lines(LIST)) {
            return missing(
                    lines.filter(line -> line.startsWith("flags")).findFirst().orElse(""));
        } catch (IOException e) {
            return Optional.of(LIST + " cannot be read: " + e.getMessage());
        }
    }

    /// @param flags a line of names, separated by spaces
    static Optional<String> missing(String flags) {
        List<String> there = Arrays.asList(flags.split("\\s+", -1));
        List<String> missing =
                VNNI.stream().filter(name -> !there.contains(name)).toList();
        return missing.isEmpty() ? Optional.empty() : Optional.of("the processor lacks " + String.join(", ", missing));
    }
}
