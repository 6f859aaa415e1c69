package dev.herd.numerics.machine;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Pages of machine code that can be called. They are written first and made executable then; no page is ever
/// both.
///
/// **Owner**: the arena; nothing may run in the code when it is closed.
public final class MachineCode {
    private static final int READ_WRITE = 3;
    private static final int READ_EXECUTE = 5;
    private static final int PRIVATE_ANONYMOUS = 0x22;
    private static final int PAGE = 4096;

    private final MemorySegment code;

    private MachineCode(MemorySegment code) {
        this.code = code;
    }

    /// Makes `bytes` callable.
    ///
    /// **Throws** [RefusedException] when the system gives no executable memory.
    public static MachineCode load(Arena arena, byte[] bytes) throws RefusedException {
        long size = Math.ceilDiv(bytes.length, PAGE) * (long) PAGE;
        try {
            MemorySegment raw = (MemorySegment)
                    Calls.MMAP.invokeExact(MemorySegment.NULL, size, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0L);
            if (raw.address() == -1) {
                throw new RefusedException("the system gives no memory for machine code");
            }
            MemorySegment code = raw.reinterpret(size, arena, whole -> unmap(whole.address(), size));
            MemorySegment.copy(bytes, 0, code, ValueLayout.JAVA_BYTE, 0, bytes.length);
            if ((int) Calls.MPROTECT.invokeExact(code, size, READ_EXECUTE) != 0) {
                throw new RefusedException("the system forbids to execute memory that was written");
            }
            return new MachineCode(code);
        } catch (RefusedException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("mmap or mprotect could not be called", e);
        }
    }

    /// The function that begins at a byte of the code, for a handle made by [#caller].
    public MemorySegment function(int at) {
        return code.asSlice(at);
    }

    /// Calls functions of one shape, under the System V calling convention; which one, is the first argument.
    public static MethodHandle caller(FunctionDescriptor shape) {
        return Linker.nativeLinker().downcallHandle(shape);
    }

    private static void unmap(long address, long bytes) {
        try {
            int unused = (int) Calls.MUNMAP.invokeExact(MemorySegment.ofAddress(address), bytes);
        } catch (Throwable e) {
            throw new IllegalStateException("munmap could not be called", e);
        }
    }

    /// Says that machine code cannot be loaded here, and why.
    public static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        private final String reason;

        RefusedException(String reason) {
            super(reason);
            this.reason = reason;
        }

        public String reason() {
            return reason;
        }
    }

    /// Functions of the C library.
    private static final class Calls {
        static final MethodHandle MMAP = find(
                "mmap",
                FunctionDescriptor.of(
                        ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG));
        static final MethodHandle MPROTECT = find(
                "mprotect",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
        static final MethodHandle MUNMAP =
                find("munmap", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));

        private static MethodHandle find(String name, FunctionDescriptor shape) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), shape);
        }
    }
}
