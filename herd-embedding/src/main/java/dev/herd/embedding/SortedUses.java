package dev.herd.embedding;

import dev.herd.numerics.WorkerPool;
import dev.herd.numerics.kernel.Bags;
import dev.herd.numerics.kernel.GradientRows;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Every use of a row in a batch, sorted by row, table by table: `row << 32 | source`, where source says
/// where the gradient of the use lies (see [GradientRows]). Uses of the same row stay in the order of the
/// batch, so their sum does not depend on how the work was split.
///
/// The arrays are kept from batch to batch and only grow.
final class SortedUses {
    private final List<EmbeddingTable> tables;
    private final List<List<Slot>> slotsOf;
    private final int[] starts;
    private final long[][] sorted;
    private final boolean[] scaledTables;
    private long[] entries = new long[0];
    private long[] buffer = new long[0];
    private GradientRows.Scaled scaled = new GradientRows.Scaled(new int[0], new float[0]);

    SortedUses(List<EmbeddingTable> tables, List<List<Slot>> slotsOf) {
        this.tables = tables;
        this.slotsOf = slotsOf;
        this.starts = new int[tables.size() + 1];
        this.sorted = new long[tables.size()][];
        this.scaledTables = new boolean[tables.size()];
    }

    /// Where the uses of a table begin and end in [#of].
    int from(int table) {
        return starts[table];
    }

    int to(int table) {
        return starts[table + 1];
    }

    /// The array that holds a table's sorted uses.
    long[] of(int table) {
        return sorted[table];
    }

    /// Places and factors by source, for tables whose uses have factors; null for the others.
    GradientRows.@Nullable Scaled scaled(int table) {
        return scaledTables[table] ? scaled : null;
    }

    /// Lists and sorts the uses of a batch.
    ///
    /// @param width columns of the pooled gradient
    /// @param layout of the gradients behind the pooled ones
    void sort(BoundBatch batch, int width, BatchLayout layout, WorkerPool pool) {
        boolean anyScaled = false;
        for (int table = 0; table < tables.size(); table++) {
            int uses = 0;
            boolean factors = false;
            for (Slot slot : slotsOf.get(table)) {
                Bags bags = batch.bags(slot);
                uses = Math.addExact(uses, batch.used(slot));
                factors |= bags.mean() || bags.weights() != null;
            }
            starts[table + 1] = Math.addExact(starts[table], uses);
            scaledTables[table] = factors;
            anyScaled |= factors;
        }
        reserve(starts[tables.size()], anyScaled);
        pool.run(tables.size(), table -> {
            list(table, batch, width, layout);
            sorted[table] = RadixSort.byUpperHalf(entries, buffer, starts[table], starts[table + 1]);
        });
    }

    private void reserve(int uses, boolean anyScaled) {
        if (entries.length < uses) {
            int size = Math.toIntExact(Math.min(Integer.MAX_VALUE - 8, uses + uses / 4L));
            entries = new long[size];
            buffer = new long[size];
        }
        if (anyScaled && scaled.at().length < uses) {
            scaled = new GradientRows.Scaled(new int[entries.length], new float[entries.length]);
        }
    }

    private void list(int table, BoundBatch batch, int width, BatchLayout layout) {
        int at = starts[table];
        for (Slot slot : slotsOf.get(table)) {
            if (!slot.pooled()) {
                listSequence(at, batch, slot, layout);
            } else {
                boolean own = batch.numbers(slot) == null;
                int column = own ? slot.column() : layout.at(slot);
                int step = own ? width : tables.get(table).dim();
                if (scaledTables[table]) {
                    listScaled(at, batch.bags(slot), batch.base(slot), batch.rows(slot), column, step);
                } else {
                    listSums(at, batch.bags(slot), batch.base(slot), batch.rows(slot), column, step);
                }
            }
            at += batch.used(slot);
        }
    }

    private void listSums(int start, Bags bags, int base, int size, int column, int width) {
        long[] ids = bags.ids();
        int[] offsets = bags.offsets();
        long[] out = entries;
        int at = start;
        int source = column;
        for (int b = 0; b < size; b++) {
            int to = offsets[base + b + 1];
            for (int i = offsets[base + b]; i < to; i++) {
                out[at++] = ids[i] << 32 | source;
            }
            source += width;
        }
    }

    private void listScaled(int start, Bags bags, int base, int size, int column, int width) {
        float[] weights = bags.weights();
        int at = start;
        for (int b = 0; b < size; b++) {
            int from = bags.offsets()[base + b];
            int to = bags.offsets()[base + b + 1];
            float factor = bags.mean() && to > from ? 1f / (to - from) : 1f;
            for (int i = from; i < to; i++) {
                scaled.at()[at] = b * width + column;
                scaled.factor()[at] = weights == null ? factor : weights[i] * factor;
                entries[at] = bags.ids()[i] << 32 | at;
                at++;
            }
        }
    }

    private void listSequence(int start, BoundBatch batch, Slot slot, BatchLayout layout) {
        int dim = tables.get(slot.table()).dim();
        int longest = layout.length(slot);
        long[] ids = batch.bags(slot).ids();
        boolean factors = scaledTables[slot.table()];
        int at = start;
        for (int row = 0; row < batch.rows(slot); row++) {
            int end = batch.end(slot, row);
            for (int i = batch.first(slot, row); i < end; i++, at++) {
                int source = layout.at(slot) + ((row + 1) * longest - (end - i)) * dim;
                if (factors) {
                    scaled.at()[at] = source;
                    scaled.factor()[at] = 1f;
                    entries[at] = ids[i] << 32 | at;
                } else {
                    entries[at] = ids[i] << 32 | source;
                }
            }
        }
    }
}
