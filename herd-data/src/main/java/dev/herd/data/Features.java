package dev.herd.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a model sees of B rows.
///
/// Every categorical and sequence feature is either in `sparse` or in one of the `groups`; who is not
/// prepared for groups reads [#expanded].
///
/// **Shapes**: `dense[B*I]` row-major in the schema's order of dense features; `sparse` and each group
/// have stride B; `keys` are all features in the schema's order.
///
/// @param sparse the features of no group
/// @param groups features whose equal rows are held once
public record Features(
        int size, float[] dense, KeyedJaggedTensor sparse, List<InverseKeyedJaggedTensor> groups, List<String> keys) {
    public Features {
        groups = List.copyOf(groups);
        keys = List.copyOf(keys);
        if (sparse.stride() != size) {
            throw new IllegalArgumentException(
                    "sparse features have " + sparse.stride() + " rows, the batch has " + size);
        }
        for (InverseKeyedJaggedTensor group : groups) {
            if (group.stride() != size) {
                throw new IllegalArgumentException(
                        "group " + group.keys() + " has " + group.stride() + " rows, the batch has " + size);
            }
        }
        if (size > 0 && dense.length % size != 0) {
            throw new IllegalArgumentException(
                    "dense must hold B*I floats: " + dense.length + " is no multiple of B=" + size);
        }
        if (!groups.isEmpty()) {
            requireEachOnce(keys, allKeys(sparse, groups));
        }
    }

    /// Features of no group.
    public Features(int size, float[] dense, KeyedJaggedTensor sparse) {
        this(size, dense, sparse, List.of(), sparse.keys());
    }

    /// Features in groups, the schema's order being that of `sparse` followed by that of the groups.
    public Features(int size, float[] dense, KeyedJaggedTensor sparse, List<InverseKeyedJaggedTensor> groups) {
        this(size, dense, sparse, groups, allKeys(sparse, groups));
    }

    private static List<String> allKeys(KeyedJaggedTensor sparse, List<InverseKeyedJaggedTensor> groups) {
        List<String> all = new ArrayList<>(sparse.keys());
        groups.forEach(group -> all.addAll(group.keys()));
        return all;
    }

    private static void requireEachOnce(List<String> keys, List<String> held) {
        Set<String> once = new HashSet<>(held);
        if (once.size() != held.size()) {
            throw new IllegalArgumentException("a feature is in two groups, or in one and among the others: " + held);
        }
        if (keys.size() != held.size() || !once.containsAll(keys)) {
            throw new IllegalArgumentException("the features " + held + " are not the keys " + keys);
        }
    }

    /// All features in the schema's order, every row written out. Without groups nothing is copied.
    public KeyedJaggedTensor expanded() {
        if (groups.isEmpty()) {
            return sparse;
        }
        Map<String, InverseKeyedJaggedTensor> grouped = new HashMap<>();
        groups.forEach(group -> group.keys().forEach(key -> grouped.put(key, group)));
        boolean weighted = sparse.weights() != null
                || groups.stream().anyMatch(g -> g.unique().weights() != null);
        JaggedRows rows = new JaggedRows(weighted, Math.multiplyExact(keys.size(), size), expandedIds());
        for (String key : keys) {
            InverseKeyedJaggedTensor group = grouped.get(key);
            if (group == null) {
                rows.append(sparse, sparse.index(key), 0, size);
            } else {
                rows.append(group.unique(), group.unique().index(key), group.inverseLookup());
            }
        }
        return rows.build(keys, size);
    }

    private int expandedIds() {
        int ids = sparse.values().length;
        for (InverseKeyedJaggedTensor group : groups) {
            for (int f = 0; f < group.keys().size(); f++) {
                ids = Math.addExact(ids, group.unique().count(f, group.inverseLookup()));
            }
        }
        return ids;
    }

    /// The same features, none of them in a group.
    public Features withoutGroups() {
        return groups.isEmpty() ? this : new Features(size, dense, expanded());
    }

    /// The same features, those of each named group held once per distinct row. Groups that there are
    /// already are written out first.
    public Features grouped(List<List<String>> wanted) {
        KeyedJaggedTensor all = expanded();
        Set<String> taken = new HashSet<>();
        wanted.forEach(taken::addAll);
        List<InverseKeyedJaggedTensor> made = wanted.stream()
                .map(group -> InverseKeyedJaggedTensor.deduplicate(all, group))
                .toList();
        KeyedJaggedTensor rest = all.select(
                all.keys().stream().filter(key -> !taken.contains(key)).toList());
        return new Features(size, dense, rest, made, all.keys());
    }

    /// The same features; the distinct rows of those of the groups that are named are held as windows besides.
    public Features withWindows(List<String> sliding) {
        return sliding.isEmpty()
                ? this
                : new Features(
                        size,
                        dense,
                        sparse,
                        groups.stream().map(group -> group.withWindows(sliding)).toList(),
                        keys);
    }

    /// The same features; no two ranges of the batch share a unique row.
    ///
    /// @param starts first row of every range, ascending from 0
    public Features within(int... starts) {
        List<InverseKeyedJaggedTensor> apart =
                groups.stream().map(group -> group.within(starts)).toList();
        return new Features(size, dense, sparse, apart, keys);
    }

    /// Bytes of the arrays.
    public long bytes() {
        return (long) Float.BYTES * dense.length
                + sparse.bytes()
                + groups.stream().mapToLong(InverseKeyedJaggedTensor::bytes).sum();
    }

    /// Bytes of the arrays when no feature is in a group.
    public long expandedBytes() {
        return (long) Float.BYTES * dense.length
                + sparse.bytes()
                + groups.stream()
                        .mapToLong(InverseKeyedJaggedTensor::expandedBytes)
                        .sum();
    }

    /// The rows `[from, to)`.
    public Features slice(int from, int to) {
        int width = size == 0 ? 0 : dense.length / size;
        return new Features(
                to - from,
                Arrays.copyOfRange(dense, from * width, to * width),
                sparse.slice(from, to),
                groups.stream().map(group -> group.slice(from, to)).toList(),
                keys);
    }

    /// The rows of all one after the other. All must have the same groups.
    public static Features stack(List<Features> all) {
        List<InverseKeyedJaggedTensor> first = all.getFirst().groups;
        all.forEach(features -> requireSameGroups(first, features.groups));
        List<InverseKeyedJaggedTensor> stacked = new ArrayList<>();
        for (int g = 0; g < first.size(); g++) {
            int number = g;
            stacked.add(InverseKeyedJaggedTensor.stack(
                    all.stream().map(features -> features.groups.get(number)).toList()));
        }
        return new Features(
                all.stream().mapToInt(Features::size).sum(),
                joined(all.stream().map(Features::dense).toList()),
                KeyedJaggedTensor.stack(all.stream().map(Features::sparse).toList()),
                stacked,
                all.getFirst().keys);
    }

    private static void requireSameGroups(List<InverseKeyedJaggedTensor> a, List<InverseKeyedJaggedTensor> b) {
        List<List<String>> first =
                a.stream().map(InverseKeyedJaggedTensor::keys).toList();
        List<List<String>> other =
                b.stream().map(InverseKeyedJaggedTensor::keys).toList();
        if (!first.equals(other)) {
            throw new IllegalArgumentException(
                    "batches on top of each other need the same groups, got " + first + " and " + other);
        }
    }

    static float[] joined(List<float[]> arrays) {
        float[] joined = new float[arrays.stream().mapToInt(a -> a.length).sum()];
        int at = 0;
        for (float[] array : arrays) {
            System.arraycopy(array, 0, joined, at, array.length);
            at += array.length;
        }
        return joined;
    }
}
