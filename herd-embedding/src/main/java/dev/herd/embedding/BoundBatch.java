package dev.herd.embedding;

import dev.herd.data.Features;
import dev.herd.data.InputException;
import dev.herd.data.InverseKeyedJaggedTensor;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.data.WindowedJaggedTensor;
import dev.herd.numerics.kernel.Bags;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The ids of the batch that was looked up last, one [Bags] a slot. Ids are those of the caller's tensors,
/// without a copy, unless some lie outside their table. A slot has a bag for every row of the batch, or,
/// where it reads a group whose equal rows are held once, for every unique row, or, where these are windows
/// and pooled, for every part of them.
final class BoundBatch {
    private final List<Slot> slots;
    private final List<EmbeddingTable> tables;
    private final Bags[] bags;
    private final int[] bases;
    private final int[] rows;
    private final int[] unique;
    private final @Nullable WindowParts[] parts;
    private final int[] @Nullable [] numbers;
    private final int[] holders;
    private final int[] indexes;
    private List<List<String>> knownKeys = List.of();
    private List<Slot> shared = List.of();
    private List<Slot> windowed = List.of();
    private int size = -1;

    BoundBatch(List<Slot> slots, List<EmbeddingTable> tables) {
        this.slots = slots;
        this.tables = tables;
        this.bags = new Bags[slots.size()];
        this.bases = new int[slots.size()];
        this.rows = new int[slots.size()];
        this.unique = new int[slots.size()];
        this.parts = new WindowParts[slots.size()];
        this.numbers = new int[slots.size()][];
        this.holders = new int[slots.size()];
        this.indexes = new int[slots.size()];
    }

    /// B, the number of rows of the batch; -1 before the first.
    int size() {
        return size;
    }

    /// Number of a slot's bags: B, or the number of unique rows of the group that it reads, or of their
    /// parts.
    int rows(Slot slot) {
        return rows[slot.number()];
    }

    /// Number of unique rows of the group that a slot reads, B without one.
    int unique(Slot slot) {
        return unique[slot.number()];
    }

    /// The parts that the slot's bags are, or null where they are whole rows.
    @Nullable
    WindowParts parts(Slot slot) {
        return parts[slot.number()];
    }

    /// The number of every batch row's unique row, or null where every row is its own.
    int @Nullable [] numbers(Slot slot) {
        return numbers[slot.number()];
    }

    /// Ids of a slot; its bag b is bag `base + b`.
    Bags bags(Slot slot) {
        return bags[slot.number()];
    }

    int base(Slot slot) {
        return bases[slot.number()];
    }

    /// First position of the slot's ids in its [Bags].
    int from(Slot slot) {
        return bags(slot).offsets()[base(slot)];
    }

    /// Number of ids of a slot.
    int ids(Slot slot) {
        return bags(slot).offsets()[base(slot) + rows(slot)] - from(slot);
    }

    /// End of a row's ids among the ids of the slot's [Bags].
    int end(Slot slot, int row) {
        return bags(slot).offsets()[base(slot) + row + 1];
    }

    /// First of a row's ids that count, among the ids of the slot's [Bags].
    int first(Slot slot, int row) {
        int from = bags(slot).offsets()[base(slot) + row];
        return Math.max(from, end(slot, row) - slot.maxLength());
    }

    /// Most ids of a row that count.
    int longest(Slot slot) {
        int longest = 0;
        for (int row = 0; row < rows(slot); row++) {
            longest = Math.max(longest, end(slot, row) - first(slot, row));
        }
        return longest;
    }

    /// Number of a slot's ids that count.
    int used(Slot slot) {
        if (slot.pooled()) {
            return ids(slot);
        }
        int used = 0;
        for (int row = 0; row < rows(slot); row++) {
            used += end(slot, row) - first(slot, row);
        }
        return used;
    }

    /// The pooled slots whose equal rows are looked up once.
    List<Slot> shared() {
        return shared;
    }

    /// The slots that are pooled as windows.
    List<Slot> windowed() {
        return windowed;
    }

    void bind(Features features) {
        locate(features);
        size = features.size();
        for (Slot slot : slots) {
            int holder = holders[slot.number()];
            int index = indexes[slot.number()];
            if (holder < 0) {
                bind(slot, features.sparse(), index, null);
                continue;
            }
            InverseKeyedJaggedTensor group = features.groups().get(holder);
            if (slot.unique()) {
                bind(slot, group.unique(), index, group.inverseLookup());
                bindWindows(slot, group.windows(slot.key()));
            } else {
                bind(slot, group.expand(slot.key()), 0, null);
            }
        }
        shared = features.groups().isEmpty()
                ? List.of()
                : slots.stream()
                        .filter(slot -> slot.pooled() && numbers(slot) != null)
                        .toList();
        windowed = shared.stream().filter(slot -> parts(slot) != null).toList();
    }

    /// Finds every slot's feature among the features of no group, or of which group. Batches of one reader
    /// share their lists of keys, and are searched once.
    private void locate(Features features) {
        List<List<String>> keys = new ArrayList<>(List.of(features.sparse().keys()));
        features.groups().forEach(group -> keys.add(group.keys()));
        if (areKnown(keys)) {
            return;
        }
        for (Slot slot : slots) {
            int holder = 0;
            while (holder < keys.size() && !keys.get(holder).contains(slot.key())) {
                holder++;
            }
            if (holder == keys.size()) {
                throw new IllegalArgumentException("the batch has no feature '" + slot.key() + "', which table '"
                        + tables.get(slot.table()).name() + "' reads; it has " + features.keys());
            }
            holders[slot.number()] = holder - 1;
            indexes[slot.number()] = keys.get(holder).indexOf(slot.key());
        }
        knownKeys = keys;
    }

    @SuppressWarnings("ReferenceEquality") // the same list, not an equal one: comparing all names is what this saves
    private boolean areKnown(List<List<String>> keys) {
        boolean known = keys.size() == knownKeys.size();
        for (int i = 0; known && i < keys.size(); i++) {
            known = keys.get(i) == knownKeys.get(i);
        }
        return known;
    }

    private void bind(Slot slot, KeyedJaggedTensor kjt, int index, int @Nullable [] inverseLookup) {
        int number = slot.number();
        boolean mean = slot.pooled() && tables.get(slot.table()).config().pooling() == PoolingType.MEAN;
        bags[number] = new Bags(kjt.values(), kjt.offsets(), slot.pooled() ? kjt.weights() : null, mean);
        bases[number] = index * kjt.stride();
        rows[number] = kjt.stride();
        unique[number] = kjt.stride();
        parts[number] = null;
        numbers[number] = inverseLookup;
    }

    /// Replaces the unique rows of a pooled slot by the parts that they are sums of, unless an id lies outside
    /// the table: rows name the place of such an id, and count without it.
    private void bindWindows(Slot slot, @Nullable WindowedJaggedTensor windows) {
        if (windows == null || !slot.pooled() || !inRange(slot, windows.values(), 0, windows.values().length)) {
            return;
        }
        int number = slot.number();
        WindowParts cut = WindowParts.of(windows, bags(slot).mean());
        parts[number] = cut;
        bags[number] = cut.bags();
        bases[number] = 0;
        rows[number] = cut.count();
    }

    /// Whether all ids of bags `first .. first+count-1` of a slot lie in its table.
    boolean inRange(Slot slot, int first, int count) {
        int[] offsets = bags(slot).offsets();
        int from = offsets[base(slot) + first];
        return inRange(slot, bags(slot).ids(), from, offsets[base(slot) + first + count]);
    }

    /// Whether the ids `[from, to)` lie in the slot's table.
    private boolean inRange(Slot slot, long[] ids, int from, int to) {
        long last = tables.get(slot.table()).rows() - 1;
        long outside = 0;
        for (int i = from; i < to; i++) {
            outside |= ids[i] | last - ids[i];
        }
        return outside >= 0;
    }

    /// Applies the tables' policies to ids outside them: fails, or replaces the slot's ids by a corrected
    /// copy.
    ///
    /// **Throws** [InputException] under [OutOfRange#FAIL].
    void correct() {
        for (Slot slot : slots) {
            if (inRange(slot, 0, rows(slot))) {
                continue;
            }
            EmbeddingTable table = tables.get(slot.table());
            switch (table.config().outOfRange()) {
                case FAIL -> throw firstOutside(slot, table);
                case LAST_ROW -> useLastRow(slot, table.rows());
                case IGNORE -> leaveOut(slot, table.rows());
            }
        }
    }

    private InputException firstOutside(Slot slot, EmbeddingTable table) {
        Bags of = bags(slot);
        for (int b = 0; b < rows(slot); b++) {
            for (int i = of.offsets()[base(slot) + b]; i < of.offsets()[base(slot) + b + 1]; i++) {
                long id = of.ids()[i];
                if (id < 0 || id >= table.rows()) {
                    return new InputException(
                            "id " + id + " of feature '" + slot.key() + "' in row " + firstRow(slot, b)
                                    + " of the batch lies outside table '" + table.name() + "' with " + table.rows()
                                    + " rows (accepted: 0 to " + (table.rows() - 1)
                                    + "); give the table more rows, or set its outOfRange to LAST_ROW or IGNORE");
                }
            }
        }
        throw new IllegalStateException("no id of feature '" + slot.key() + "' lies outside its table");
    }

    /// The first row of the batch that reads a bag.
    private int firstRow(Slot slot, int bag) {
        int[] read = numbers(slot);
        int row = bag;
        while (read != null && read[row] != bag) {
            row++;
        }
        return row;
    }

    private void useLastRow(Slot slot, long rows) {
        int start = from(slot);
        long[] ids = Arrays.copyOfRange(bags(slot).ids(), start, start + ids(slot));
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] < 0 || ids[i] >= rows) {
                ids[i] = rows - 1;
            }
        }
        int[] offsets = new int[rows(slot) + 1];
        for (int b = 0; b <= rows(slot); b++) {
            offsets[b] = bags(slot).offsets()[base(slot) + b] - start;
        }
        float[] weights = bags(slot).weights();
        replace(slot, ids, offsets, weights == null ? null : Arrays.copyOfRange(weights, start, start + ids.length));
    }

    private void leaveOut(Slot slot, long rows) {
        Bags of = bags(slot);
        long[] ids = new long[ids(slot)];
        float[] weights = of.weights() == null ? null : new float[ids.length];
        int[] offsets = new int[rows(slot) + 1];
        int kept = 0;
        for (int b = 0; b < rows(slot); b++) {
            for (int i = of.offsets()[base(slot) + b]; i < of.offsets()[base(slot) + b + 1]; i++) {
                if (of.ids()[i] >= 0 && of.ids()[i] < rows) {
                    if (weights != null && of.weights() != null) {
                        weights[kept] = of.weights()[i];
                    }
                    ids[kept++] = of.ids()[i];
                }
            }
            offsets[b + 1] = kept;
        }
        replace(slot, ids, offsets, weights);
    }

    private void replace(Slot slot, long[] ids, int[] offsets, float @Nullable [] weights) {
        bags[slot.number()] = new Bags(ids, offsets, weights, bags(slot).mean());
        bases[slot.number()] = 0;
    }
}
