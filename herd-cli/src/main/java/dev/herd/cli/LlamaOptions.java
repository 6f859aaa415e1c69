package dev.herd.cli;

import dev.herd.data.InputException;
import dev.herd.llama.Llama;
import dev.herd.llama.engine.EngineOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What every command that runs a Llama model takes.
final class LlamaOptions {
    @Parameters(
            index = "0",
            paramLabel = "MODEL",
            description = "A .gguf file, or a folder with config.json, safetensors files and tokenizer.json or"
                    + " tokenizer.model.")
    private Path model;

    @Mixin
    private final EngineFlags flags = new EngineFlags();

    @Option(
            names = "--context",
            defaultValue = "4096",
            description = "Positions of text that memory is reserved for. Default: ${DEFAULT-VALUE}.")
    private int context;

    Llama open(AdapterOptions adapters) {
        return Llama.open(model, adapters.of(engine()));
    }

    Llama open(AdapterOptions adapters, SpeculationOptions speculation) {
        return Llama.open(model, adapters.of(engine()), speculation.speculation());
    }

    Path model() {
        return model;
    }

    EngineOptions engine() {
        return flags.options(context);
    }

    static String standardInput() {
        try {
            return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new InputException("standard input cannot be read: " + e.getMessage(), e);
        }
    }

    /// The text of a file that the user named.
    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new InputException(file + ": cannot be read as UTF-8 text: " + e, e);
        }
    }
}
