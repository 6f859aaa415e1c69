package dev.herd.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.herd.cli.terminal.Console;
import dev.herd.cli.terminal.LineDisplay;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class ServeCommandTest {
    @Test
    void theAddressIsPrintedAndTheServerAnswersUntilItIsInterrupted() throws Exception {
        Path found = Path.of("").toAbsolutePath();
        while (found != null && !Files.exists(found.resolve("shared/data/llama-golden/model-q8_0.gguf"))) {
            found = found.getParent();
        }
        assumeTrue(found != null, "skipped: no shared/data/llama-golden beside the checkout");
        String model = String.valueOf(found).concat("/shared/data/llama-golden/model-q8_0.gguf");
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (PipedOutputStream pipe = new PipedOutputStream();
                BufferedReader out =
                        new BufferedReader(new InputStreamReader(new PipedInputStream(pipe), StandardCharsets.UTF_8));
                PrintStream messages = new PrintStream(err, true, StandardCharsets.UTF_8);
                PrintStream results = new PrintStream(pipe, true, StandardCharsets.UTF_8);
                HttpClient client = HttpClient.newHttpClient()) {
            Console console = new Console(results, messages, new LineDisplay(messages));
            FutureTask<Integer> run = new FutureTask<>(() ->
                    Main.run(console, Main.plugins(), "serve", "--llm", model, "--port", "0", "--context", "1024"));
            Thread thread = Thread.ofPlatform().start(run);
            URI address = URI.create(out.readLine() + "/v1/models");
            assertThat(client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                            .body())
                    .contains("model-q8_0");
            thread.interrupt();
            assertThat(run.get()).isEqualTo(ExitCodes.DONE);
        }
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains(
                        "Memory: 1.7 MiB of weights (mapped), 2.0 MiB for keys and values of 1,024 positions in FP32, ");
    }

    @Test
    void theModelMustBeNamed() {
        CommandRun run = CommandRun.of("serve");
        assertThat(run.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(run.err()).contains("--llm");
    }
}
