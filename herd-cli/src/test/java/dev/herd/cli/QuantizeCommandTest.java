package dev.herd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class QuantizeCommandTest {
    @TempDir
    private Path folder;

    @Test
    void aModelIsWrittenWithItsVocabularyAndTellsWhatItLost() {
        String model = SharedData.path("llama-golden/model-f32.gguf").toString();
        String out = folder.resolve("small.gguf").toString();
        CommandRun run = CommandRun.of("quantize", model, "--to", "q8_0", "--out", out);
        assertThat(run.code()).as(run.err()).isEqualTo(ExitCodes.DONE);
        assertThat(run.out()).containsPattern("F32 +6 +1,312 +5.1 KiB +none").containsPattern("Q8_0 +15 .* 0\\.\\d+ %");
        assertThat(CommandRun.of("complete", out, "Hello", "--tokens", "4").out())
                .isEqualTo(CommandRun.of(
                                "complete",
                                SharedData.path("llama-golden/model-q8_0.gguf").toString(),
                                "Hello",
                                "--tokens",
                                "4")
                        .out());
        CommandRun again = CommandRun.of("quantize", model, "--to", "q8_0", "--out", out);
        assertThat(again.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(again.err()).contains(out + ": exists already; choose another name, or --force to replace it");
        CommandRun forced = CommandRun.of("quantize", out, "--to", "mxfp4", "--out", out + ".2", "--json");
        assertThat(forced.err()).contains("is quantized already: the errors below are on top");
        JsonNode report = JsonMapper.shared().readTree(forced.out());
        assertThat(report.at("/types/2/type").asString()).isEqualTo("MXFP4");
        assertThat(report.at("/types/2/relative_error").asDouble()).isBetween(0.1, 0.16);
        assertThat(report.path("bytes").asLong())
                .isEqualTo(Path.of(out + ".2").toFile().length());
    }

    @Test
    void aTrainingRunIsToldApart() throws IOException {
        Files.writeString(folder.resolve("config.yaml"), "model: {name: dlrm}");
        CommandRun run = CommandRun.of("quantize", folder.toString(), "--to", "q4_0", "--out", folder + "/x.gguf");
        assertThat(run.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(run.err())
                .contains(
                        folder
                                + ": is a training run; quantize its tables by --tables, or name a Llama model, a .gguf file, or a folder");
    }

    @Test
    void aTypeThatIsNotWrittenIsAnsweredWithThoseThatAre() {
        CommandRun run = CommandRun.of("quantize", "model.gguf", "--to", "q3_k", "--out", "x.gguf");
        assertThat(run.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(run.err()).contains("q3_k").contains("Q4_K");
    }

    @Test
    void theTypeMustBeNamed() {
        CommandRun run = CommandRun.of("quantize", "model.gguf", "--out", "x.gguf");
        assertThat(run.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(run.err()).contains("name either the format of a run's tables by --tables");
    }
}
