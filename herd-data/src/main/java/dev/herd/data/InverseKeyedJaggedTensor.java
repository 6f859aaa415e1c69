package dev.herd.data;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The ids of a group of sparse features for B rows, each distinct row held once: U unique rows and, for
/// every row, the number of the one it equals. Features that change together form a group.
///
/// **Shapes**: `unique` has stride U; `inverseLookup[B]`; row b of feature f is row `inverseLookup[b]` of
/// feature f in `unique`. Numbers are first seen in ascending order: `inverseLookup[0]` is 0, and each new
/// number is one more than the largest before, so that every unique row is used. Features whose unique rows
/// slide may be held as windows of the lists they slide over besides.
///
/// The arrays are held, not copied: who hands them over must not write to them again.
///
/// **Paper**: RecD (arXiv 2211.05239), the InverseKeyedJaggedTensor (IKJT).
public final class InverseKeyedJaggedTensor {
    private final KeyedJaggedTensor unique;
    private final int[] inverseLookup;
    private final Map<String, WindowedJaggedTensor> windows;

    private InverseKeyedJaggedTensor(KeyedJaggedTensor unique, int[] inverseLookup) {
        this(unique, inverseLookup, List.of());
    }

    private InverseKeyedJaggedTensor(KeyedJaggedTensor unique, int[] inverseLookup, Collection<String> sliding) {
        this.unique = unique;
        this.inverseLookup = inverseLookup;
        Map<String, WindowedJaggedTensor> found = new LinkedHashMap<>();
        for (String key : unique.keys()) {
            if (sliding.contains(key)) {
                found.put(key, WindowedJaggedTensor.of(unique.jagged(key)));
            }
        }
        this.windows = found;
    }

    /// From unique rows and the number of each row.
    ///
    /// **Throws** `IllegalArgumentException` unless numbers are first seen in ascending order and use
    /// every unique row.
    public static InverseKeyedJaggedTensor of(KeyedJaggedTensor unique, int[] inverseLookup) {
        int seen = 0;
        for (int b = 0; b < inverseLookup.length; b++) {
            int number = inverseLookup[b];
            if (number < 0 || number > seen) {
                throw new IllegalArgumentException("inverseLookup[" + b + "]=" + number
                        + ": unique rows are numbered in the order in which they are first seen, the next is " + seen);
            }
            seen = number == seen ? seen + 1 : seen;
        }
        if (seen != unique.stride()) {
            throw new IllegalArgumentException(
                    "inverseLookup uses " + seen + " unique rows, there are " + unique.stride());
        }
        return new InverseKeyedJaggedTensor(unique, inverseLookup);
    }

    /// Holds each distinct row of the group's features once: same lengths, ids and weights for every
    /// feature.
    ///
    /// **Throws** `IllegalArgumentException` when the group is empty, or names a feature twice or one that
    /// the rows lack.
    public static InverseKeyedJaggedTensor deduplicate(KeyedJaggedTensor rows, List<String> group) {
        if (group.isEmpty()) {
            throw new IllegalArgumentException("a group needs at least one feature");
        }
        if (group.stream().distinct().count() != group.size()) {
            throw new IllegalArgumentException("a feature occurs twice in the group " + group);
        }
        return deduplicate(rows, group, group.stream().mapToInt(rows::index).toArray());
    }

    private static InverseKeyedJaggedTensor deduplicate(KeyedJaggedTensor rows, List<String> keys, int[] features) {
        DistinctRows distinct = DistinctRows.of(new TensorRows(rows, features));
        return new InverseKeyedJaggedTensor(rows.rows(keys, features, distinct.firsts()), distinct.numbers());
    }

    /// The group's features.
    public List<String> keys() {
        return unique.keys();
    }

    /// B, the number of rows.
    public int stride() {
        return inverseLookup.length;
    }

    /// U, the number of distinct rows.
    public int uniqueRows() {
        return unique.stride();
    }

    /// The distinct rows.
    public KeyedJaggedTensor unique() {
        return unique;
    }

    /// The number of every row's equal among the distinct rows; not to be written to.
    public int[] inverseLookup() {
        return inverseLookup;
    }

    /// The rows as they were before they were deduplicated.
    public KeyedJaggedTensor expand() {
        return unique.rows(inverseLookup);
    }

    /// The rows of one feature as they were.
    ///
    /// **Throws** `IllegalArgumentException` for a key outside the group.
    public KeyedJaggedTensor expand(String key) {
        return unique.rows(List.of(key), new int[] {unique.index(key)}, inverseLookup);
    }

    /// The same rows; the distinct rows of some features are held as windows of the lists that they slide
    /// over besides, for lookups. Features outside the group are passed over.
    public InverseKeyedJaggedTensor withWindows(Collection<String> sliding) {
        return new InverseKeyedJaggedTensor(unique, inverseLookup, sliding);
    }

    /// The distinct rows of a feature as windows, or null for one that is not held so.
    public @Nullable WindowedJaggedTensor windows(String key) {
        return windows.get(key);
    }

    /// Ids that [#expand] would hold over ids that are held; 1 when there are none.
    public double dedupeFactor() {
        return unique.values().length == 0 ? 1 : (double) expandedIds() / unique.values().length;
    }

    /// Ids that [#expand] would hold.
    public long expandedIds() {
        long ids = 0;
        for (int f = 0; f < keys().size(); f++) {
            ids += unique.count(f, inverseLookup);
        }
        return ids;
    }

    /// Bytes of the arrays.
    public long bytes() {
        return unique.bytes()
                + (long) Integer.BYTES * inverseLookup.length
                + windows.values().stream()
                        .mapToLong(WindowedJaggedTensor::bytes)
                        .sum();
    }

    /// Bytes of the arrays that [#expand] would make.
    public long expandedBytes() {
        long each = Long.BYTES + (unique.weights() == null ? 0 : Float.BYTES);
        return each * expandedIds() + Integer.BYTES * ((long) keys().size() * stride() + 1);
    }

    /// The rows `[from, to)`.
    public InverseKeyedJaggedTensor slice(int from, int to) {
        Objects.checkFromToIndex(from, to, stride());
        return renumbered(to, from);
    }

    /// The same rows, with unique rows that no two ranges of the batch share: what is computed for the rows
    /// of one range reads unique rows of its own, which lie side by side.
    ///
    /// @param starts first row of every range, ascending from 0
    public InverseKeyedJaggedTensor within(int... starts) {
        return renumbered(stride(), starts);
    }

    /// The rows from the first start to `to`, numbered anew as they are seen in each range.
    private InverseKeyedJaggedTensor renumbered(int to, int... starts) {
        int from = starts[0];
        int[] renumbered = new int[uniqueRows()];
        int[] kept = new int[to - from];
        int[] numbers = new int[to - from];
        int used = 0;
        for (int range = 0; range < starts.length; range++) {
            int before = used;
            int end = range + 1 < starts.length ? starts[range + 1] : to;
            for (int b = starts[range]; b < end; b++) {
                int number = inverseLookup[b];
                if (renumbered[number] <= before) {
                    kept[used++] = number;
                    renumbered[number] = used;
                }
                numbers[b - from] = renumbered[number] - 1;
            }
        }
        boolean same = to - from == stride() && used == uniqueRows();
        return same
                ? this
                : new InverseKeyedJaggedTensor(unique.rows(Arrays.copyOf(kept, used)), numbers, windows.keySet());
    }

    /// The rows of all one after the other; equal ones of different tensors are held once. The keys must
    /// be the same.
    public static InverseKeyedJaggedTensor stack(List<InverseKeyedJaggedTensor> tensors) {
        if (tensors.size() == 1) {
            return tensors.getFirst();
        }
        KeyedJaggedTensor rows = KeyedJaggedTensor.stack(
                tensors.stream().map(InverseKeyedJaggedTensor::unique).toList());
        InverseKeyedJaggedTensor distinct = deduplicate(rows, rows.keys());
        int[] numbers = new int
                [tensors.stream().mapToInt(InverseKeyedJaggedTensor::stride).reduce(0, Math::addExact)];
        int at = 0;
        int base = 0;
        for (InverseKeyedJaggedTensor tensor : tensors) {
            for (int number : tensor.inverseLookup) {
                numbers[at++] = distinct.inverseLookup[base + number];
            }
            base += tensor.uniqueRows();
        }
        return new InverseKeyedJaggedTensor(
                distinct.unique, numbers, tensors.getFirst().windows.keySet());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof InverseKeyedJaggedTensor that
                && unique.equals(that.unique)
                && windows.equals(that.windows)
                && Arrays.equals(inverseLookup, that.inverseLookup);
    }

    @Override
    public int hashCode() {
        return Objects.hash(unique, Arrays.hashCode(inverseLookup));
    }

    @Override
    public String toString() {
        return "InverseKeyedJaggedTensor[keys=" + keys() + ", rows=" + stride() + ", unique=" + uniqueRows() + "]";
    }
}
