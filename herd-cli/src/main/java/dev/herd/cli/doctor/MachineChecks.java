package dev.herd.cli.doctor;

import com.sun.management.OperatingSystemMXBean;
import dev.herd.cli.terminal.Figures;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// JDK, cores, memory, disk, huge pages and threads of the machine.
final class MachineChecks {
    private static final double GIB = 1L << 30;
    private static final double LITTLE_MEMORY_GIB = 4;
    private static final double LITTLE_DISK_GIB = 5;
    private static final double LITTLE_CACHE_GIB = 1;
    private static final Path HUGE_PAGES = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

    private MachineChecks() {}

    static Finding jdk() {
        int feature = Runtime.version().feature();
        String found =
                System.getProperty("java.vm.name") + " " + Runtime.version() + ", " + System.getProperty("java.vendor");
        return feature >= 25
                ? Finding.ok("jdk", found)
                : Finding.fail("jdk", found, "Install JDK 25 or newer, or set HERD_JAVA_HOME.");
    }

    static Finding cores() {
        int cores = Runtime.getRuntime().availableProcessors();
        String found = cores + " for " + System.getProperty("os.name") + " " + System.getProperty("os.arch");
        return cores >= 2
                ? Finding.ok("cores", found)
                : Finding.warn("cores", found, "Reading and training overlap on two cores or more.");
    }

    static Finding memory() {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        double total = system.getTotalMemorySize();
        String found =
                Figures.bytes(total) + " in all, " + Figures.bytes(available(system)) + " available, java heap up to "
                        + Figures.bytes(Runtime.getRuntime().maxMemory());
        return total / GIB >= LITTLE_MEMORY_GIB
                ? Finding.ok("memory", found)
                : Finding.warn("memory", found, "Tables live outside the heap: keep tables and batches small.");
    }

    /// Linux counts caches that it would give back as used; `MemAvailable` does not.
    private static double available(OperatingSystemMXBean system) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
                if (line.startsWith("MemAvailable:")) {
                    return 1024.0 * Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        } catch (IOException notLinux) {
            // asked of the JDK below
        }
        return system.getFreeMemorySize();
    }

    static Finding disk(String check, Path folder, double neededGib, String holds) {
        Path existing = folder.toAbsolutePath();
        while (existing.getParent() != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        try {
            double free = Files.getFileStore(existing).getUsableSpace();
            String found = Figures.bytes(free) + " free in " + folder.toAbsolutePath() + " (" + holds + ")";
            if (!Files.isWritable(existing)) {
                return Finding.warn(check, found + ", not writable", "Name another folder for output.");
            }
            return free / GIB >= neededGib
                    ? Finding.ok(check, found)
                    : Finding.warn(
                            check, found, "Free some space: " + Figures.bytes(neededGib * GIB) + " is comfortable.");
        } catch (IOException unknown) {
            return Finding.warn(check, "cannot be asked: " + unknown.getMessage(), "Check the disk by hand.");
        }
    }

    static List<Finding> disks() {
        Path here = Path.of("");
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        @Nullable String cache = System.getProperty("org.bytedeco.javacpp.cachedir");
        Path natives = cache != null ? Path.of(cache) : Path.of(System.getProperty("user.home"), ".javacpp", "cache");
        return List.of(
                disk("disk", here, LITTLE_DISK_GIB, "datasets and runs"),
                disk("temporary", temporary, LITTLE_CACHE_GIB, "sorting and unpacking"),
                disk("cache", natives, LITTLE_CACHE_GIB, "native libraries"));
    }

    static Finding hugePages() {
        try {
            return hugePages(Files.readString(HUGE_PAGES).strip());
        } catch (IOException none) {
            return Finding.ok("huge pages", "not offered by this system");
        }
    }

    /// @param choices the kernel's line, the chosen one in brackets: `always [madvise] never`
    static Finding hugePages(String choices) {
        return choices.contains("[never]")
                ? Finding.warn(
                        "huge pages",
                        choices,
                        "Random row reads are up to 1.5x faster with them: echo madvise | sudo tee " + HUGE_PAGES)
                : Finding.ok("huge pages", choices);
    }

    static Finding blasThreads(@Nullable String openblas, @Nullable String omp) {
        String set = openblas != null ? openblas : omp;
        if ("1".equals(set)) {
            return Finding.ok("OPENBLAS_NUM_THREADS", "1");
        }
        return Finding.warn(
                "OPENBLAS_NUM_THREADS",
                set == null ? "not set" : set,
                "OpenBLAS's spinning threads can slow training 10 to 30 times: export OPENBLAS_NUM_THREADS=1,"
                        + " or start through ./herd.");
    }
}
