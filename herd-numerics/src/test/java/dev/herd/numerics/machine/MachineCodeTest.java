package dev.herd.numerics.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.junit.jupiter.api.Test;

class MachineCodeTest {
    @Test
    void codeThatWasWrittenRunsInALoop() throws Throwable {
        assumeTrue(Processor.obstacle().isEmpty(), () -> "no machine code: " + Processor.obstacle());
        Assembler code = new Assembler();
        code.move(Register.RAX, 0x0101_0101).broadcast(VectorOp.VPBROADCASTD_GENERAL, 1, Register.RAX);
        int top = code.here();
        code.vector(VectorOp.VPADDB, 0, 1, Register.RSI.at(0)).vector(VectorOp.VMOVDQU32_STORE, 0, Register.RDI.at(0));
        code.add(Register.RSI, 64).add(Register.RDI, 64).decrement(Register.RDX).jumpIfNotZero(top);
        code.end();
        MethodHandle call = MachineCode.caller(
                FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
        try (Arena arena = Arena.ofConfined()) {
            MachineCode loaded = MachineCode.load(arena, code.bytes());
            MemorySegment from = arena.allocate(192);
            MemorySegment to = arena.allocate(256);
            for (int i = 0; i < 192; i++) {
                from.set(ValueLayout.JAVA_BYTE, i, (byte) i);
            }
            call.invokeExact(loaded.function(0), to, from, 3L);
            for (int i = 0; i < 256; i++) {
                assertThat(to.get(ValueLayout.JAVA_BYTE, i)).isEqualTo((byte) (i < 192 ? i + 1 : 0));
            }
        }
    }

    @Test
    void whatTheProcessorLacksIsNamed() {
        assertThat(Processor.missing("flags : fpu f16c avx512f avx512bw avx512vl avx512_vnni"))
                .isEmpty();
        assertThat(Processor.missing("flags : fpu avx2 f16c avx512f avx512vl"))
                .contains("the processor lacks avx512bw, avx512_vnni");
    }
}
