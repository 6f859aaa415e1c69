package dev.herd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ExportCommandTest {
    @TempDir
    private static Path shared;

    private static Path run;

    @TempDir
    private Path folder;

    @BeforeAll
    static void train() throws IOException {
        Path dataset = shared.resolve("clicks");
        run = shared.resolve("run");
        CommandRun generated = CommandRun.of("generate", dataset.toString(), "--set", "rows=500");
        assertThat(generated.code()).as(generated.err()).isEqualTo(ExitCodes.DONE);
        Path config = shared.resolve("train.yaml");
        Files.writeString(
                config, "dataset: '" + dataset + "'\nmodel: {name: deepfm, embedding_dim: 16, deep: {hidden: [8]}}\n");
        CommandRun trained = CommandRun.of("train", config.toString(), "--out", run.toString());
        assertThat(trained.code()).as(trained.err()).isEqualTo(ExitCodes.DONE);
    }

    private static CommandRun export(Path out, String... more) {
        String[] arguments = new String[4 + more.length];
        arguments[0] = "export";
        arguments[1] = run.toString();
        arguments[2] = "--out";
        arguments[3] = out.toString();
        System.arraycopy(more, 0, arguments, 4, more.length);
        return CommandRun.of(arguments);
    }

    @Test
    void inputsOutputsAndFilesArePrintedForMachines() throws IOException {
        Path out = folder.resolve("model.onnx");
        CommandRun exported = export(out, "--ids", "--format", "onnx", "--json");
        assertThat(exported.code()).as(exported.err()).isEqualTo(ExitCodes.DONE);
        JsonNode result = JsonMapper.shared().readTree(exported.out());
        assertThat(result.propertyNames()).containsExactly("model", "format", "inputs", "outputs", "files", "bytes");
        assertThat(result.get("model").asString()).isEqualTo("deepfm");
        assertThat(result.get("inputs")
                        .valueStream()
                        .map(input -> input.get("name").asString()))
                .contains("dense", "user", "item", "tags0");
        JsonNode tags = result.get("inputs")
                .valueStream()
                .filter(input -> input.get("name").asString().equals("tags0"))
                .findFirst()
                .orElseThrow();
        assertThat(tags.get("type").asString()).isEqualTo("int64");
        assertThat(tags.get("shape").valueStream().map(JsonNode::asString)).containsExactly("batch", "tags0_length");
        assertThat(tags.get("meaning").asString()).contains("padded by -1").contains("is refused");
        assertThat(result.get("outputs")
                        .valueStream()
                        .map(output -> output.get("name").asString()))
                .containsExactly("logits", "probabilities");
        assertThat(result.get("files").get(0).asString()).isEqualTo(out.toString());
        assertThat(result.get("bytes").asLong()).isEqualTo(Files.size(out)).isPositive();
    }

    @Test
    void peopleSeeATableAndHowToCheck() {
        CommandRun exported = export(folder.resolve("model.onnx"));
        assertThat(exported.code()).as(exported.err()).isEqualTo(ExitCodes.DONE);
        assertThat(exported.out())
                .contains("[batch, 9, 16]")
                .contains("probabilities")
                .contains("pooled embeddings of user, item");
        assertThat(exported.err()).contains("Wrote ").containsPattern("[KM]iB").contains("docs/guides/export.md");
    }

    @Test
    void anExistingFileStaysUnlessForced() throws IOException {
        Path out = folder.resolve("model.onnx");
        Files.writeString(out, "precious");
        CommandRun refused = export(out);
        assertThat(refused.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(refused.err()).contains(out + ": exists already").contains("--force");
        assertThat(out).hasContent("precious");
        assertThat(export(out, "--force").code()).isEqualTo(ExitCodes.DONE);
        assertThat(Files.size(out)).isGreaterThan(1000);
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(out));
    }

    @Test
    void placesThatCannotBeWrittenToAreNamed() throws IOException {
        CommandRun nowhere = export(folder.resolve("none/model.onnx"));
        assertThat(nowhere.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(nowhere.err()).contains("there is no folder " + folder.resolve("none"));
        CommandRun directory = export(folder);
        assertThat(directory.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(directory.err()).contains(folder + ": is a folder");
        Path readOnly = Files.createDirectory(folder.resolve("read-only"));
        assertThat(readOnly.toFile().setWritable(false)).isTrue();
        if (!Files.isWritable(readOnly)) {
            CommandRun denied = export(readOnly.resolve("model.onnx"));
            assertThat(denied.code()).isEqualTo(ExitCodes.ENVIRONMENT);
            assertThat(denied.err()).contains("access denied");
        } else {
            System.err.println("skipped: this user may write everywhere, so no folder can refuse it");
        }
    }

    @Test
    void runsThatAreMissingOrUnfinishedAreNamed() throws IOException {
        Path unfinished = Files.createDirectory(folder.resolve("unfinished"));
        Files.copy(run.resolve("config.yaml"), unfinished.resolve("config.yaml"));
        CommandRun refused = CommandRun.of(
                "export",
                unfinished.toString(),
                "--out",
                folder.resolve("model.onnx").toString());
        assertThat(refused.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(refused.err()).contains("not finished").contains("--resume");
        CommandRun unknown = CommandRun.of(
                "export", run.toString(), "--out", folder.resolve("m").toString(), "--format", "pickle");
        assertThat(unknown.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(unknown.err()).contains("pickle").contains("ONNX");
        assertThat(folder.resolve("model.onnx")).doesNotExist();
    }
}
