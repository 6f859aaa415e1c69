package dev.herd.llama.guard;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/// What counts as unsafe.
///
/// @param hazards that the model is told to look for
/// @param threshold the least score that is unsafe
public record GuardPolicy(Set<Hazard> hazards, double threshold) {
    public GuardPolicy {
        if (hazards.isEmpty()) {
            throw new IllegalArgumentException("a policy needs at least one hazard to look for");
        }
        if (!(threshold > 0 && threshold <= 1)) {
            throw new IllegalArgumentException("the threshold must be above 0 and at most 1, got " + threshold);
        }
        hazards = Collections.unmodifiableSet(EnumSet.copyOf(hazards));
    }

    /// All hazards, unsafe from an even chance on.
    public static GuardPolicy defaults() {
        return new GuardPolicy(Hazard.all(), 0.5);
    }

    public GuardPolicy withThreshold(double threshold) {
        return new GuardPolicy(hazards, threshold);
    }

    public GuardPolicy withHazards(Set<Hazard> hazards) {
        return new GuardPolicy(hazards, threshold);
    }
}
