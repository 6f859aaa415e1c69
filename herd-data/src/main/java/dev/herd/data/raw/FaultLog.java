package dev.herd.data.raw;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Applies an [OnError] policy to the faults of rows, in the order of the rows, and counts them.
public final class FaultLog {
    private static final int KEPT = 10;

    private final OnError policy;
    private final Consumer<RawFault> report;
    private final List<RawFault> first = new ArrayList<>();
    private long skipped;

    /// @param report called for every fault under [OnError#REPORT]
    public FaultLog(OnError policy, Consumer<RawFault> report) {
        this.policy = policy;
        this.report = report;
    }

    /// **Throws** [dev.herd.data.InputException] for the first of them under [OnError#FAIL].
    public void accept(List<RawFault> faults) {
        for (RawFault fault : faults) {
            switch (policy) {
                case FAIL -> throw fault.exception();
                case SKIP -> {}
                case REPORT -> report.accept(fault);
            }
            skipped++;
            if (first.size() < KEPT) {
                first.add(fault);
            }
        }
    }

    /// Rows left out so far.
    public long skipped() {
        return skipped;
    }

    /// The first ten faults.
    public List<RawFault> first() {
        return List.copyOf(first);
    }
}
