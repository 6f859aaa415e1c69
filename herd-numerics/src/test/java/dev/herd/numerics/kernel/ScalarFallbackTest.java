package dev.herd.numerics.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.herd.numerics.ElementType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ScalarFallbackTest {
    @Test
    void withoutTheVectorModuleTheScalarKernelsRunAndSaySo() throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java, "-Xmx64m", "-cp", System.getProperty("java.class.path"), Program.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).contains("every face ran").contains("scalar (start java with --add-modules");
    }

    /// Calls each face once.
    static final class Program {
        private Program() {}

        public static void main(String[] args) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment rows = arena.allocate(64);
                MemorySegment out = arena.allocate(64);
                Pooling.pool(
                        new Rows(rows, ElementType.FP32, 4, 4),
                        new Bags(new long[] {1, 2}, new int[] {0, 2}, null, false),
                        0,
                        1,
                        out,
                        0,
                        4);
                RowMath.scale(2, out, 0, 4);
                Halves.decode(ElementType.BF16, rows, 0, out, 0, 4);
                GradientRows.merge(new long[] {0}, new int[] {0, 1}, 1, rows, null, 4, out);
                RowSteps.sgd(new RowBlock(rows, new long[1], out, new long[1], 4), 1, 0.1f);
                assertThat(out.get(ValueLayout.JAVA_FLOAT, 0)).isZero();
                System.out.println("every face ran; " + Kernels.description());
            }
        }
    }
}
