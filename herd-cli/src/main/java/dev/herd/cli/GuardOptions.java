package dev.herd.cli;

import dev.herd.llama.engine.EngineOptions;
import dev.herd.llama.guard.Guard;
import dev.herd.llama.guard.GuardPolicy;
import dev.herd.llama.guard.Hazard;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What every command that asks Llama Guard takes.
class GuardOptions {
    @Option(
            names = "--threshold",
            defaultValue = "0.5",
            description = "The least score that counts as unsafe. Default: ${DEFAULT-VALUE}.")
    private double threshold;

    @Option(
            names = "--hazards",
            paramLabel = "CODES",
            split = ",",
            description =
                    "What to look for, for example S1,S10. Default: all, S1 to S14 (Llama Guard 3 1B does not know"
                            + " S14).")
    private @Nullable Set<Hazard> hazards;

    final Guard open(Path model, EngineOptions options) {
        GuardPolicy policy = GuardPolicy.defaults().withThreshold(threshold);
        return Guard.open(model, hazards == null ? policy : policy.withHazards(hazards), options);
    }
}
