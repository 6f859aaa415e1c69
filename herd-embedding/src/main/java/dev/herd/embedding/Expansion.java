package dev.herd.embedding;

import dev.herd.numerics.WorkerPool;
import dev.herd.numerics.kernel.RowSelect;
import dev.herd.numerics.kernel.WindowSums;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;

/// Between what a lookup pools and the rows of the batch: parts of windows are summed to unique rows, and
/// these are written out to the rows of the batch; gradients take the way back.
///
/// **Paper**: RecD (arXiv 2211.05239), optimization O5 and partial deduplication.
final class Expansion {
    private static final int COLUMNS_PER_TASK = 32;

    /// Windows whose parts are pooled before they are summed.
    private static final int WINDOWS_AT_ONCE = 32;

    private final BoundBatch batch;
    private final BatchLayout layout;
    private final List<EmbeddingTable> tables;
    private final int width;

    /// @param width columns of the pooled features
    Expansion(BoundBatch batch, BatchLayout layout, List<EmbeddingTable> tables, int width) {
        this.batch = batch;
        this.layout = layout;
        this.tables = tables;
        this.width = width;
    }

    /// Looks up the windows of one of about equal shares of a slot's unique rows: the parts of some runs, which
    /// stay in the cache, and their sums.
    void windows(Slot slot, WindowParts parts, int chunk, int chunks, MemorySegment out) {
        Place place = new Place(slot, out);
        StoredRows stored = tables.get(slot.table()).stored();
        int[] runs = parts.runs();
        int end = Math.toIntExact((long) parts.rows() * (chunk + 1) / chunks);
        int run = parts.runAt(Math.toIntExact((long) parts.rows() * chunk / chunks));
        while (run < runs.length - 1 && parts.firstRow(run) < end) {
            int next = parts.runAt(Math.min(end, parts.firstRow(run) + WINDOWS_AT_ONCE));
            int first = parts.firstPart(run);
            int count = parts.firstPart(next) - first;
            long at = layout.at(slot) + (long) first * dim(slot);
            stored.pool(parts.bags(), first, count, out, at, dim(slot));
            WindowSums.sum(
                    place.bags(), parts.count(), parts.windows(), runs[run], runs[next], dim(slot), place.unique());
            run = next;
        }
    }

    /// Writes the unique rows out to the rows of the batch.
    void expand(MemorySegment out, WorkerPool pool) {
        List<Slot> shared = batch.shared();
        int size = batch.size();
        int chunks = Math.ceilDiv(size, EmbeddingBagCollection.ROWS_PER_TASK);
        pool.run(shared.size() * chunks, task -> {
            Slot slot = shared.get(task / chunks);
            Place place = new Place(slot, out);
            int first = task % chunks * EmbeddingBagCollection.ROWS_PER_TASK;
            int end = Math.min(size, first + EmbeddingBagCollection.ROWS_PER_TASK);
            RowSelect.expand(place.unique(), batch.unique(slot), numbers(slot), first, end, dim(slot), place.rows());
        });
    }

    /// Makes the gradients of what was pooled from those of the batch's rows: those of equal rows are
    /// summed in the order of the batch, those of windows over the parts that they cover.
    void collect(MemorySegment gradient, WorkerPool pool) {
        List<Slot> shared = batch.shared();
        int widest = shared.stream().mapToInt(this::dim).max().orElse(0);
        int chunks = Math.ceilDiv(widest, COLUMNS_PER_TASK);
        pool.run(shared.size() * chunks, task -> {
            Slot slot = shared.get(task / chunks);
            Place place = new Place(slot, gradient);
            int from = task % chunks * COLUMNS_PER_TASK;
            int to = Math.min(dim(slot), from + COLUMNS_PER_TASK);
            if (from < to) {
                RowSelect.sum(place.rows(), numbers(slot), from, to, place.unique(), batch.unique(slot));
            }
        });
        spread(gradient, pool);
    }

    private void spread(MemorySegment gradient, WorkerPool pool) {
        List<Slot> windowed = batch.windowed();
        int chunks = Math.ceilDiv(batch.size(), EmbeddingBagCollection.ROWS_PER_TASK);
        pool.run(windowed.size() * chunks, task -> {
            Slot slot = windowed.get(task / chunks);
            WindowParts parts = Objects.requireNonNull(batch.parts(slot), slot.key());
            Place place = new Place(slot, gradient);
            int first = task % chunks * EmbeddingBagCollection.ROWS_PER_TASK;
            int run = parts.runAt(first);
            int end = parts.runAt(first + EmbeddingBagCollection.ROWS_PER_TASK);
            WindowSums.spread(
                    place.unique(),
                    parts.windows(),
                    parts.runs()[run],
                    parts.runs()[end],
                    dim(slot),
                    place.bags(),
                    parts.firstPart(run),
                    parts.firstPart(end));
        });
    }

    private int[] numbers(Slot slot) {
        return Objects.requireNonNull(batch.numbers(slot), slot.key());
    }

    private int dim(Slot slot) {
        return tables.get(slot.table()).dim();
    }

    /// Where a slot's numbers lie in memory that is laid out for the batch.
    private final class Place {
        private final Slot slot;
        private final MemorySegment all;

        Place(Slot slot, MemorySegment all) {
            this.slot = slot;
            this.all = all;
        }

        RowSelect.Place bags() {
            return new RowSelect.Place(all, layout.at(slot), dim(slot));
        }

        RowSelect.Place unique() {
            return new RowSelect.Place(all, layout.uniqueAt(slot), dim(slot));
        }

        RowSelect.Place rows() {
            return new RowSelect.Place(all, slot.column(), width);
        }
    }
}
