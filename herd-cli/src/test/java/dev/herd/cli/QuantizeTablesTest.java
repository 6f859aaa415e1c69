package dev.herd.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class QuantizeTablesTest {
    private static final Path SCRIPT = Path.of("/usr/bin/script");

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

    /// On a terminal, which `script` of util-linux stands for.
    @Test
    @Timeout(120)
    void onATerminalTheReceiptIsAcceptedOrNot() throws Exception {
        assumeTrue(Files.isExecutable(SCRIPT), "skipped: there is no " + SCRIPT + " to make a terminal");
        Path accepted = folder.resolve("accepted");
        assertThat(onATerminal("y", accepted))
                .contains("all together", "Write " + accepted + "? [y/N]", "Wrote " + accepted);
        assertThat(accepted.resolve("quantize.json")).isRegularFile();
        Path refused = folder.resolve("refused");
        assertThat(onATerminal("", refused)).contains("Write " + refused + "? [y/N]", "Nothing was written; --yes");
        assertThat(refused).doesNotExist();
    }

    /// What the terminal shows.
    private static String onATerminal(String answer, Path out) throws Exception {
        String command = String.join(
                " ",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@'" + Repository.root().resolve("bin/herd-jvm-options") + "'",
                "-cp '" + System.getProperty("java.class.path") + "'",
                "dev.herd.cli.Main quantize '" + run + "' --tables mx6 --threads 1 --out '" + out + "'");
        Process process = new ProcessBuilder(SCRIPT.toString(), "-qec", command, "/dev/null")
                .redirectErrorStream(true)
                .start();
        StringBuilder shown = new StringBuilder();
        try (InputStream screen = process.getInputStream();
                OutputStream keys = process.getOutputStream()) {
            for (int next = screen.read(); next >= 0; next = screen.read()) {
                shown.append((char) next);
                if (shown.toString().endsWith("[y/N] ")) {
                    keys.write((answer + "\n").getBytes(StandardCharsets.US_ASCII));
                    keys.flush();
                }
            }
        }
        assertThat(process.waitFor()).as(shown.toString()).isEqualTo(ExitCodes.DONE);
        return shown.toString();
    }

    @Test
    void mistakesAreToldWithWhatWouldBeAccepted() {
        assertThat(quantize("mx7", folder.resolve("x")).err()).contains("--tables takes fp32, fp16", "found 'mx7'");
        assertThat(quantize("mx9,mx6", folder.resolve("x")).err()).contains("there must be a budget");
        assertThat(quantize("mx6", folder).err()).contains("exists already; name another folder");
    }
}
