package dev.herd.numerics;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Off-heap memory of any size, zeroed, aligned to at least 64 bytes.
///
/// Large requests are reserved with `mmap` where the system has it: pages cost memory only once they are touched, and
/// huge pages are asked for with `madvise`, which makes random reads of table rows about 1.5 times as fast. Elsewhere,
/// and for small requests, the arena allocates by itself.
///
/// **Owner**: the arena; closing it returns the memory.
public final class OffHeap {
    /// Alignment that every segment has at least.
    public static final long ALIGNMENT = 64;

    private static final long HUGE_PAGE = 2L << 20;
    private static final Optional<Mapper> MAPPER = Mapper.find();

    private OffHeap() {}

    /// Allocates `bytes` zeroed bytes.
    ///
    /// **Throws** `OutOfMemoryError` naming the size when the system refuses.
    public static MemorySegment allocate(Arena arena, long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes must not be negative, got " + bytes);
        }
        if (bytes < HUGE_PAGE || MAPPER.isEmpty()) {
            return arena.allocate(bytes, ALIGNMENT);
        }
        return MAPPER.get().map(arena, bytes);
    }

    /// Asks for huge pages behind memory that is mapped from a file. Some file systems of Linux have them, for
    /// what is not in the system's cache yet; weights are then read about a sixth faster. Elsewhere nothing
    /// happens.
    public static void preferHugePages(MemorySegment mapped) {
        if (mapped.byteSize() >= HUGE_PAGE) {
            MAPPER.ifPresent(mapper -> mapper.advise(mapped, mapped.byteSize()));
        }
    }

    /// What [#allocate] does with large requests on this system, in words for a report.
    public static String description() {
        return MAPPER.isEmpty()
                ? "allocated by the JVM"
                : "mmap, huge pages " + (Mapper.ADVISE_HUGE ? "asked for with madvise" : "not offered");
    }

    /// `mmap`, `munmap` and `madvise` of the C library.
    private record Mapper(MethodHandle mmap, MethodHandle munmap, MethodHandle madvise) {
        private static final boolean LINUX = Files.exists(Path.of("/proc/self"));
        private static final boolean MAC = Files.exists(Path.of("/System/Library"));
        private static final boolean ADVISE_HUGE = LINUX;
        private static final int READ_WRITE = 3;
        private static final int PRIVATE_ANONYMOUS_NO_RESERVE = LINUX ? 0x2 | 0x20 | 0x4000 : 0x2 | 0x1000 | 0x40;
        private static final int MADV_HUGEPAGE = 14;

        static Optional<Mapper> find() {
            if (!LINUX && !MAC) {
                return Optional.empty();
            }
            Linker linker = Linker.nativeLinker();
            var address = ValueLayout.ADDRESS;
            var size = ValueLayout.JAVA_LONG;
            var number = ValueLayout.JAVA_INT;
            return function(linker, "mmap", FunctionDescriptor.of(address, address, size, number, number, number, size))
                    .flatMap(map -> function(linker, "munmap", FunctionDescriptor.of(number, address, size))
                            .flatMap(unmap -> function(
                                            linker, "madvise", FunctionDescriptor.of(number, address, size, number))
                                    .map(advise -> new Mapper(map, unmap, advise))));
        }

        private static Optional<MethodHandle> function(Linker linker, String name, FunctionDescriptor shape) {
            return linker.defaultLookup().find(name).map(at -> linker.downcallHandle(at, shape));
        }

        MemorySegment map(Arena arena, long bytes) {
            long reserved = Math.addExact(bytes, HUGE_PAGE);
            try {
                MemorySegment raw = (MemorySegment) mmap.invokeExact(
                        MemorySegment.NULL, reserved, READ_WRITE, PRIVATE_ANONYMOUS_NO_RESERVE, -1, 0L);
                if (raw.address() == -1) {
                    throw new OutOfMemoryError("the system refused to reserve " + bytes + " bytes off the heap");
                }
                long start = Math.ceilDiv(raw.address(), HUGE_PAGE) * HUGE_PAGE;
                MemorySegment all = raw.reinterpret(reserved, arena, whole -> unmap(whole.address(), reserved));
                MemorySegment aligned = all.asSlice(start - raw.address(), bytes);
                advise(aligned, bytes);
                return aligned;
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException("mmap could not be called", e);
            }
        }

        /// A refusal (a kernel without huge pages) costs speed, not correctness.
        void advise(MemorySegment segment, long bytes) {
            if (!ADVISE_HUGE) {
                return;
            }
            try {
                int unused = (int) madvise.invokeExact(segment, bytes, MADV_HUGEPAGE);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException("madvise could not be called", e);
            }
        }

        private void unmap(long address, long bytes) {
            try {
                int unused = (int) munmap.invokeExact(MemorySegment.ofAddress(address), bytes);
            } catch (Throwable e) {
                throw new IllegalStateException("munmap could not be called", e);
            }
        }
    }
}
