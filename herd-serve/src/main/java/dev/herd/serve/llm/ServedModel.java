package dev.herd.serve.llm;

import dev.herd.llama.batching.Batcher;
import dev.herd.llama.batching.BatchingOptions;
import dev.herd.llama.chat.ChatFormat;
import dev.herd.llama.chat.ChatTemplate;
import dev.herd.llama.engine.EngineOptions;
import dev.herd.llama.engine.LlamaEngine;
import dev.herd.llama.grammar.TokenList;
import dev.herd.llama.tokenizer.Tokenizer;
import dev.herd.llama.weights.WeightFile;
import java.nio.file.Path;
import java.util.Optional;

/// A model that is ready to write.
///
/// **Owner**: who opens it closes it.
public final class ServedModel implements AutoCloseable {
    private final String name;
    private final WeightFile file;
    private final Tokenizer tokenizer;
    private final LlamaEngine engine;
    private final Batcher batcher;
    private final Forms forms;
    private final ChatTemplate template;

    private ServedModel(
            String name,
            WeightFile file,
            Tokenizer tokenizer,
            LlamaEngine engine,
            BatchingOptions options,
            ChatTemplate template) {
        this.name = name;
        this.file = file;
        this.tokenizer = tokenizer;
        this.engine = engine;
        batcher = Batcher.start(engine, tokenizer, options);
        forms = new Forms(TokenList.of(tokenizer));
        this.template = template;
    }

    /// Opens a `.gguf` file, or a folder with safetensors files and a tokenizer, under its own name. Steps
    /// are as large as `batching` needs.
    ///
    /// **Throws** `InputException` for files that cannot be read, or when the positions pass the memory
    /// limit.
    public static ServedModel open(Path path, EngineOptions options, BatchingOptions batching) {
        return open(path, options, batching, Optional.empty());
    }

    /// The same, where conversations are written by a template, if there is one.
    public static ServedModel open(
            Path path, EngineOptions options, BatchingOptions batching, Optional<ChatTemplate> template) {
        WeightFile file = WeightFile.open(path);
        try {
            Tokenizer tokenizer = Tokenizer.open(path);
            LlamaEngine engine = LlamaEngine.open(file, options.withBatch(batching.batch()));
            ChatTemplate chosen = template.orElseGet(() -> ChatFormat.of(engine.config()));
            return new ServedModel(name(path), file, tokenizer, engine, batching, chosen);
        } catch (Throwable e) {
            file.close();
            throw e;
        }
    }

    private static String name(Path path) {
        String last = String.valueOf(path.toAbsolutePath().normalize().getFileName());
        return last.endsWith(".gguf") ? last.substring(0, last.length() - ".gguf".length()) : last;
    }

    /// What clients call it.
    public String name() {
        return name;
    }

    Tokenizer tokenizer() {
        return tokenizer;
    }

    Batcher batcher() {
        return batcher;
    }

    Forms forms() {
        return forms;
    }

    /// The form of its conversations.
    ChatTemplate template() {
        return template;
    }

    @Override
    public void close() {
        batcher.close();
        engine.close();
        file.close();
    }
}
