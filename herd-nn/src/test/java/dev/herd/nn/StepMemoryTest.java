package dev.herd.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

final class StepMemoryTest {
    private static final Path STATUS = Path.of("/proc/self/status");

    /// Doubles its input; here so that cuts are part of the steps.
    private static final class Twice implements CustomOp {
        @Override
        public String name() {
            return "twice";
        }

        @Override
        public List<Tensor> forward(Tape tape, List<Tensor> inputs) {
            return List.of(tape.ops().scale(inputs.getFirst(), 2));
        }

        @Override
        public List<Tensor> backward(Tape tape, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> gradients) {
            return List.of(tape.ops().scale(gradients.getFirst(), 2));
        }
    }

    /// Each step allocates about 190 KB of activations and 30 native objects: losing either would add 3.8 GB
    /// or, at 100 bytes an object, 60 MB over these steps. The Java heap may grow meanwhile, hence the bound of
    /// 48 MB.
    @Test
    void memoryStaysFlatOverTwentyThousandSteps() throws IOException {
        assumeTrue(Files.exists(STATUS), "skipped: resident memory is read from " + STATUS);
        try (Arena arena = Arena.ofConfined()) {
            Parameters parameters = Parameters.create(arena, 1);
            Parameter first = parameters.root().parameter("first", new Init.XavierNormal(), 64, 16);
            Parameter second = parameters.root().parameter("second", new Init.XavierNormal(), 1, 64);
            DenseOptimizer optimizer = DenseOptimizer.create(OptimizerConfig.Adam.defaults(), parameters, arena);
            MemorySegment values = arena.allocate(128 * 16 * 4L, 64);
            MemorySegment gradient = arena.allocate(128 * 16 * 4L, 64);
            float[] labels = new float[128];
            long before = 0;
            long objects = 0;
            for (int step = 0; step < 20_000; step++) {
                if (step == 4_000) {
                    System.gc();
                    before = residentBytes();
                    objects = Pointer.totalCount();
                }
                try (Tape tape = Tape.training(step)) {
                    Ops ops = tape.ops();
                    Tensor hidden = ops.relu(ops.linear(tape.leaf(values, gradient, 128, 16), first, null));
                    Tensor logits = ops.linear(ops.dropout(tape.apply(new Twice(), hidden), 0.1), second, null);
                    optimizer.zeroGradients();
                    tape.backward(Losses.bceWithLogits(tape, logits, labels));
                    optimizer.step(1e-3, 1);
                }
            }
            System.gc();
            assertThat(Pointer.totalCount())
                    .as("native objects known to JavaCPP")
                    .isLessThanOrEqualTo(objects + 10);
            assertThat(residentBytes() - before).as("growth of resident memory").isLessThan(48L << 20);
        }
    }

    private static long residentBytes() throws IOException {
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith("VmRSS:")) {
                return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new IOException("no VmRSS in " + STATUS);
    }
}
