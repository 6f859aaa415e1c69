package dev.herd.bench.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.herd.llama.batching.BatchingOptions;
import dev.herd.llama.engine.EngineOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerLoadTest {
    @Test
    void aBriefLoadLosesNothingAndChangesNoAnswer() throws Exception {
        Path found = Path.of("").toAbsolutePath();
        while (found != null && !Files.exists(found.resolve("shared/data/llama-golden/model-q8_0.gguf"))) {
            found = found.getParent();
        }
        assumeTrue(found != null, "skipped: no shared/data/llama-golden beside the checkout");
        Path model = Path.of(String.valueOf(found)).resolve("shared/data/llama-golden/model-q8_0.gguf");
        List<String> trouble = new ArrayList<>();
        LoadPlan plan = new LoadPlan(6, 24, Duration.ofHours(1), 8, 1);
        LoadReport report = ServerLoad.run(
                model,
                EngineOptions.defaults().withPositions(16 * 64),
                BatchingOptions.defaults().withStreams(4),
                plan,
                trouble::add);
        assertThat(report.sound()).as(report.toString()).isTrue();
        assertThat(report.whole() + report.left()).isEqualTo(24);
        assertThat(trouble).isEmpty();
        assertThat(report.left()).isPositive();
        assertThat(report.fewest()).isPositive();
        assertThat(report.after().cancelled()).isPositive();
        assertThat(report.firstTokenMedian()).isLessThanOrEqualTo(report.firstToken95());
    }
}
