package dev.herd.cli;

import dev.herd.llama.engine.Adapter;
import dev.herd.llama.engine.EngineOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/// What is added to the weights of a Llama model.
final class AdapterOptions {
    private static final Pattern SCALED = Pattern.compile("(.+):([-+]?\\d*\\.?\\d+(?:[eE][-+]?\\d+)?)");

    @Option(
            names = "--lora",
            paramLabel = "FILE[:SCALE]",
            description =
                    "Add this LoRA adapter, times SCALE where one is given: a GGUF file, or a folder as PEFT writes"
                            + " it. May be given several times.")
    private final List<String> adapters = new ArrayList<>();

    EngineOptions of(EngineOptions options) {
        return options.withAdapters(
                adapters.stream().map(AdapterOptions::adapter).toList());
    }

    private static Adapter adapter(String text) {
        Matcher scaled = SCALED.matcher(text);
        return scaled.matches()
                ? new Adapter(Path.of(scaled.group(1)), Double.parseDouble(scaled.group(2)))
                : new Adapter(Path.of(text), 1);
    }
}
