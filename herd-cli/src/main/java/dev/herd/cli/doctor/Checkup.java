package dev.herd.cli.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Every check, in the order that a person would ask.
public final class Checkup {
    private Checkup() {}

    /// Runs all checks and hands each finding out as soon as it is there: loading libtorch may take seconds.
    public static List<Finding> run(Map<String, String> environment, Consumer<Finding> each) {
        List<Finding> findings = new ArrayList<>();
        Consumer<Finding> both = finding -> {
            findings.add(finding);
            each.accept(finding);
        };
        both.accept(MachineChecks.jdk());
        both.accept(MachineChecks.cores());
        both.accept(MachineChecks.memory());
        MachineChecks.disks().forEach(both);
        both.accept(MachineChecks.hugePages());
        both.accept(
                MachineChecks.blasThreads(environment.get("OPENBLAS_NUM_THREADS"), environment.get("OMP_NUM_THREADS")));
        both.accept(LibraryChecks.vectors());
        both.accept(LibraryChecks.libtorch());
        both.accept(LibraryChecks.duckdb());
        both.accept(LibraryChecks.zstd());
        return findings;
    }
}
