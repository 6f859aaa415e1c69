package dev.herd.serve.llm;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.herd.llama.batching.BatchingOptions;
import dev.herd.llama.engine.EngineOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A server of a model with random weights: what it writes means nothing and is the same every time.
///
/// @param trouble what failed inside
record GoldenServer(ServedModel model, LlamaServer server, Client client, List<String> trouble)
        implements AutoCloseable {
    /// The model's file, or the end of the test when there is none.
    static Path path() {
        Path found = Path.of("").toAbsolutePath();
        while (found != null && !Files.exists(found.resolve("shared/data/llama-golden/model-f32.gguf"))) {
            found = found.getParent();
        }
        assumeTrue(found != null, "skipped: no shared/data/llama-golden beside the checkout");
        return Path.of(String.valueOf(found)).resolve("shared/data/llama-golden/model-f32.gguf");
    }

    /// @param pages of 64 positions
    static GoldenServer start(int pages, BatchingOptions options) {
        List<String> trouble = new ArrayList<>();
        ServedModel model = ServedModel.open(path(), EngineOptions.defaults().withPositions(64 * pages), options);
        LlamaServer server = LlamaServer.start(model, ServerOptions.defaults().withPort(0), trouble::add);
        return new GoldenServer(model, server, Client.of(server), trouble);
    }

    @Override
    public void close() {
        client.close();
        server.close();
        model.close();
    }
}
