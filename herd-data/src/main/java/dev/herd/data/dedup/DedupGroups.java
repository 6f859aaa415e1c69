package dev.herd.data.dedup;

import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.DenseFeature;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.InputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The groups of id features whose equal rows a batch holds once. Features of a group share one map from
/// rows to unique rows, so a row is a repetition only if all of them repeat: what changes together belongs
/// together.
///
/// @param windows features of the groups whose distinct rows slide over one another; lookups read them as
///     windows of the lists that they slide over
///
/// **Throws** `IllegalArgumentException` for an empty group, for a feature that is named twice, and for windows
/// of a feature outside the groups.
public record DedupGroups(List<List<String>> groups, List<String> windows) {
    public static final DedupGroups NONE = new DedupGroups(List.of(), List.of());

    public DedupGroups {
        groups = groups.stream().map(List::copyOf).toList();
        Set<String> seen = new HashSet<>();
        for (List<String> group : groups) {
            if (group.isEmpty()) {
                throw new IllegalArgumentException("groups[" + groups.indexOf(group)
                        + "] is empty; a group names at least one id feature, such as [history, history_category]");
            }
            for (String feature : group) {
                if (!seen.add(feature)) {
                    throw new IllegalArgumentException("the feature '" + feature + "' is named twice among the groups "
                            + groups + "; it can be in one group, once");
                }
            }
        }
        windows = windows.stream().distinct().toList();
        for (String feature : windows) {
            if (!seen.contains(feature)) {
                throw new IllegalArgumentException("windows name '" + feature + "', which is in none of the groups "
                        + groups + "; give it a group, such as [" + feature + "], or take it out of the windows");
            }
        }
    }

    public static DedupGroups of(List<List<String>> groups, List<String> windows) {
        return groups.isEmpty() && windows.isEmpty() ? NONE : new DedupGroups(groups, windows);
    }

    public static DedupGroups of(List<List<String>> groups) {
        return of(groups, List.of());
    }

    public boolean isEmpty() {
        return groups.isEmpty();
    }

    /// The same groups, every distinct row a row of its own.
    public DedupGroups withoutWindows() {
        return of(groups);
    }

    /// The configuration that asks for these groups.
    public Deduplication choice() {
        return isEmpty() ? new Deduplication.None() : new Deduplication.Groups(groups, windows);
    }

    /// These groups; those that hold features of one list are joined, and hold the whole list.
    public DedupGroups joined(List<List<String>> lists) {
        List<Set<String>> all = new ArrayList<>();
        groups.forEach(group -> all.add(new LinkedHashSet<>(group)));
        for (List<String> list : lists) {
            List<Set<String>> touched = all.stream()
                    .filter(group -> !Collections.disjoint(group, list))
                    .toList();
            Set<String> joined = new LinkedHashSet<>();
            touched.forEach(joined::addAll);
            if (!joined.isEmpty()) {
                joined.addAll(list);
                all.removeAll(touched);
                all.add(joined);
            }
        }
        return of(all.stream().map(List::copyOf).toList(), windows);
    }

    /// The group that a feature is in, or -1.
    public int groupOf(String feature) {
        for (int g = 0; g < groups.size(); g++) {
            if (groups.get(g).contains(feature)) {
                return g;
            }
        }
        return -1;
    }

    /// Makes sure that the groups name id features of a schema.
    ///
    /// @param where whose schema it is, for messages
    ///
    /// **Throws** [InputException] saying what the named column is, and what there is to choose from.
    public DedupGroups check(FeatureSchema schema, Object where) {
        List<String> known = schema.sparse().stream().map(SparseFeature::name).toList();
        for (int g = 0; g < groups.size(); g++) {
            for (String feature : groups.get(g)) {
                if (!known.contains(feature)) {
                    throw new InputException(where + ": the group " + groups.get(g) + " to deduplicate names '"
                            + feature + "', which is " + role(schema, feature) + "; id features are " + known
                            + ": name some of these, or take it out of the group");
                }
            }
        }
        return this;
    }

    private static String role(FeatureSchema schema, String column) {
        if (schema.dense().contains(new DenseFeature(column))) {
            return "a dense feature, one number a row, which no map of rows would make smaller";
        }
        if (schema.labels().contains(column)) {
            return "a label";
        }
        if (column.equals(schema.session()) || column.equals(schema.timestamp())) {
            return "the session or timestamp column, no id feature";
        }
        return "no feature of the dataset";
    }
}
