package dev.herd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class InspectWeightsTest {
    @Test
    void aGgufFileIsShownWithItsTypesAndTheMemoryItNeeds() {
        Path model = SharedData.path("llama-golden/model-q4_k_m.gguf");
        CommandRun shown = CommandRun.of("inspect", model.toString(), "--tensors");
        assertThat(shown.code()).as(shown.err()).isEqualTo(ExitCodes.DONE);
        assertThat(shown.out())
                .contains("Llama, 1,692,928 parameters in ")
                .contains("2 layers, width 256, hidden 512, 4 query heads on 2 key-value heads of 64")
                .contains("vocabulary 2,000 (tied)")
                .contains("Q4_K ")
                .contains("Q6_K ")
                .contains("131,072  ")
                .contains("tokenizer.ggml.tokens")
                .contains("2000 values of STRING")
                .containsPattern("blk.1.ffn_down.weight +Q6_K +\\[256, 512] +105.0 KiB");
        assertThat(CommandRun.of("inspect", model.toString()).out()).doesNotContain("blk.1.ffn_down");
    }

    @Test
    void machinesReadTheSameAsJson() {
        Path model = SharedData.path("llama-golden/model-q8_0.gguf");
        CommandRun shown = CommandRun.of("inspect", model.toString(), "--json");
        assertThat(shown.code()).as(shown.err()).isEqualTo(ExitCodes.DONE);
        JsonNode sheet = JsonMapper.shared().readTree(shown.out());
        assertThat(sheet.path("parameters").asLong()).isEqualTo(1_692_928);
        assertThat(sheet.path("config").path("kv_heads").asInt()).isEqualTo(2);
        assertThat(sheet.path("tensors").size()).isEqualTo(21);
        assertThat(sheet.path("types").path(0).path("type").asString()).isEqualTo("Q8_0");
        JsonNode longest = sheet.path("memory").path(3);
        assertThat(longest.path("context").asInt()).isEqualTo(131_072);
        // Two layers of keys and values of 2 heads of 64 numbers, in 2 bytes each.
        assertThat(longest.path("cache_f16").asLong()).isEqualTo(131_072L * 2 * 2 * 128 * 2);
        assertThat(longest.path("total_f16").asLong())
                .isEqualTo(longest.path("cache_f16").asLong()
                        + sheet.path("weight_bytes").asLong());
    }

    @Test
    void aModelFolderIsShownToo() {
        CommandRun shown =
                CommandRun.of("inspect", SharedData.path("hf-golden/llama-tiny").toString());
        assertThat(shown.code()).as(shown.err()).isEqualTo(ExitCodes.DONE);
        assertThat(shown.out()).contains("242,240 parameters").contains("scaled by 8.0 beyond 64 positions");
    }

    @Test
    void aFileThatIsNoModelIsRefused(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("notes.gguf"), "these are not weights");
        CommandRun refused = CommandRun.of("inspect", file.toString());
        assertThat(refused.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(refused.err()).contains(file + ": byte 0: is not a GGUF file");
    }
}
