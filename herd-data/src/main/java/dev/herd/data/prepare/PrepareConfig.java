package dev.herd.data.prepare;

import dev.herd.data.config.Doc;
import dev.herd.data.dataset.ClusterBy;
import dev.herd.data.raw.OnError;
import dev.herd.data.raw.RawInput;
import dev.herd.data.transform.FeaturePipeline;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What `herd prepare` makes from which files.
public record PrepareConfig(
        @Doc("files by name; the name is a table's in `query`, a split's under `split: given`")
        Map<String, RawInput> inputs,

        @Doc("SQL (DuckDB) over the inputs, all of whose columns are text, that gives the rows") @Nullable
        String query,

        @Doc("given, random, time_ordered or per_user") SplitRule split,
        @Doc("what the columns become") FeaturePipeline features,

        @Doc("rows that cannot be read or transformed: fail, skip or report (print and skip)")
        OnError onError,

        @Doc(
                "none: rows lie as they came; session: sharded by a hash of the session, the rows of a session together, by"
                        + " time")
        ClusterBy clusterBy,

        @Doc("share of the sessions to take, chosen by a hash of the session; 1 takes all")
        double sampleSessions) {
    public PrepareConfig {
        inputs = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(inputs));
        if (!(sampleSessions > 0 && sampleSessions <= 1)) {
            throw new IllegalArgumentException(
                    "sample_sessions is a share and must lie in (0, 1], got " + sampleSessions);
        }
    }

    public static PrepareConfig defaults() {
        return new PrepareConfig(
                Map.of(),
                null,
                SplitRule.Given.defaults(),
                FeaturePipeline.defaults(),
                OnError.FAIL,
                ClusterBy.NONE,
                1);
    }
}
