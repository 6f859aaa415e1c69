package dev.herd.bench.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.llama.engine.Activations;
import dev.herd.llama.weights.LlamaConfig;
import dev.herd.llama.weights.TensorType;
import dev.herd.llama.weights.WeightFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LlamaSpeedTest {
    private static final LlamaConfig SMALL = RandomModel.shape(2, 256, 512, 4, 2, 300, true);
    private static final Pattern LLAMA_BENCH = Pattern.compile(OtherEngine.LLAMA_BENCH);

    @TempDir
    private Path folder;

    private static List<LlamaSpeed.Result> run(Optional<OtherEngine> other) {
        List<LlamaSpeed.Result> results = new ArrayList<>();
        List<TensorType> types = List.of(TensorType.Q8_0, TensorType.Q4_K);
        List<Activations> activations = List.of(Activations.INT8, Activations.FP32);
        LlamaSpeed.Plan plan =
                new LlamaSpeed.Plan(SMALL, types, List.of(1, 2), activations, 8, 4, 1, LlamaSpeed.Clock.WALL);
        new LlamaSpeed(plan, other, Progress.SILENT).run(results::add);
        return results;
    }

    @Test
    void everyTypeIsMeasuredOnEveryNumberOfThreadsWithAllActivations() {
        assertThat(run(Optional.empty()))
                .extracting(result -> result.type() + " " + result.threads() + " " + result.activations())
                .containsExactly(
                        "Q8_0 1 INT8",
                        "Q8_0 1 FP32",
                        "Q8_0 2 INT8",
                        "Q8_0 2 FP32",
                        "Q4_K 1 INT8",
                        "Q4_K 1 FP32",
                        "Q4_K 2 INT8",
                        "Q4_K 2 FP32");
    }

    @Test
    void anotherEngineIsRunByTurnsAndItsRatesAreRead() {
        String line = "echo '{\"avg_ts\": 20.5}'; echo '{\"n\": {threads}, \"avg_ts\": 1.25}'; test -f {model}";
        assertThat(run(Optional.of(new OtherEngine(line, LLAMA_BENCH)))).allSatisfy(result -> {
            assertThat(result.other()).contains(new LlamaSpeed.Rates(20.5, 1.25));
            assertThat(result.decodeRatio()).isEqualTo(result.decode() / 1.25);
        });
    }

    @Test
    void anEngineThatFailsOrSaysSomethingElseIsNamed() {
        assertThatThrownBy(() -> run(Optional.of(new OtherEngine("exit 3", LLAMA_BENCH))))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("`exit 3` ended with code 3");
        assertThatThrownBy(() -> run(Optional.of(new OtherEngine("echo hello", LLAMA_BENCH))))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("--compare-pattern")
                .hasMessageContaining("hello");
    }

    @Test
    void theFileHasTheShapeThatWasAskedFor() {
        Path file = folder.resolve("model.gguf");
        RandomModel.write(SMALL, TensorType.MXFP4, file);
        try (WeightFile weights = WeightFile.open(file)) {
            assertThat(weights.config()).isEqualTo(SMALL);
        }
        assertThat(RandomModel.ONE_B.parameters()).isEqualTo(1_235_814_400);
        assertThat(RandomModel.EIGHT_B.parameters()).isEqualTo(8_030_261_248L);
    }
}
