package dev.herd.cli;

import dev.herd.cli.chat.Watch;
import dev.herd.llama.engine.EngineOptions;
import dev.herd.llama.guard.Guard;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// A guard over a conversation.
final class WatchOptions extends GuardOptions {
    @Option(
            names = "--guard",
            paramLabel = "MODEL",
            required = true,
            description = "A Llama Guard 3 model. What it finds unsafe is neither asked nor shown.")
    private Path model;

    @Option(
            names = "--guard-over",
            defaultValue = "both",
            description = "Whose turns it judges: user, assistant or both. Answers that are judged are shown when they"
                    + " are whole. Default: ${DEFAULT-VALUE}.")
    private Watch.Over over;

    Guard open(EngineOptions options) {
        return open(model, options);
    }

    Watch watch(Guard guard) {
        return new Watch(guard, over.roles());
    }
}
