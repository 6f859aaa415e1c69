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

class QuantizeTablesTest {
    @TempDir
    private static Path shared;

    private static Path run;

    @TempDir
    private Path folder;

    @BeforeAll
    static void train() throws IOException {
        Path dataset = shared.resolve("clicks");
        run = shared.resolve("run");
        CommandRun generated = CommandRun.of("generate", dataset.toString(), "--set", "rows=2000");
        assertThat(generated.code()).as(generated.err()).isEqualTo(ExitCodes.DONE);
        Path config = shared.resolve("train.yaml");
        Files.writeString(config, "dataset: '" + dataset + "'\nmodel: {name: fm, embedding_dim: 16}\n");
        CommandRun trained = CommandRun.of("train", config.toString(), "--out", run.toString());
        assertThat(trained.code()).as(trained.err()).isEqualTo(ExitCodes.DONE);
    }

    private static CommandRun quantize(String formats, Path out, String... more) {
        String[] arguments = new String[6 + more.length];
        System.arraycopy(
                new String[] {"quantize", run.toString(), "--tables", formats, "--out", out.toString()},
                0,
                arguments,
                0,
                6);
        System.arraycopy(more, 0, arguments, 6, more.length);
        return CommandRun.of(arguments);
    }

    @Test
    void theReceiptIsPrintedAndStoredAndTheNewRunIsEvaluated() throws IOException {
        Path out = folder.resolve("packed");
        CommandRun quantized = quantize("mx6", out, "--yes");
        assertThat(quantized.code()).as(quantized.err()).isEqualTo(ExitCodes.DONE);
        assertThat(quantized.out()).contains("NE change", "all together", "mx6");
        JsonNode receipt = JsonMapper.shared().readTree(Files.readString(out.resolve("quantize.json")));
        assertThat(receipt.path("split").asString()).isEqualTo("validation");
        assertThat(receipt.path("tables")
                        .valueStream()
                        .filter(table -> table.path("dim").asInt() == 16))
                .isNotEmpty()
                .allSatisfy(table -> assertThat(table.path("bytes_after").asLong())
                        .isLessThan(table.path("bytes_before").asLong() / 2));
        assertThat(Files.readString(out.resolve("report.html"))).contains("All tables together", "NE change alone");
        CommandRun evaluated =
                CommandRun.of("evaluate", out.toString(), "--split", "validation", "--json", "--threads", "1");
        assertThat(evaluated.code()).as(evaluated.err()).isEqualTo(ExitCodes.DONE);
        assertThat(JsonMapper.shared().readTree(evaluated.out()).path("ne").asDouble())
                .isEqualTo(receipt.path("entropy_after").asDouble());
    }

    @Test
    void withoutConsentNothingIsWritten() {
        Path out = folder.resolve("asked");
        CommandRun quantized = quantize("mx9,mx4", out, "--budget-ne", "0.5%");
        assertThat(quantized.code()).as(quantized.err()).isEqualTo(ExitCodes.DONE);
        assertThat(quantized.err()).contains("Nothing was written; --yes");
        assertThat(out).doesNotExist();
    }

    @Test
    void mistakesAreToldWithWhatWouldBeAccepted() {
        assertThat(quantize("mx7", folder.resolve("x")).err()).contains("--tables takes fp32, fp16", "found 'mx7'");
        assertThat(quantize("mx9,mx6", folder.resolve("x")).err()).contains("there must be a budget");
        assertThat(quantize("mx6", folder).err()).contains("exists already; name another folder");
    }
}
