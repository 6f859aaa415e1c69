package dev.herd.embedding;

import dev.herd.numerics.WorkerPool;
import dev.herd.numerics.kernel.GradientRows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// Walks over the rows that a step visits, block by block: the used rows, in the order of their sorted uses, or every
/// row of every table. The split into chunks depends on the batch and the tables alone, so results per chunk can be
/// added up in a fixed order whatever the number of threads.
///
/// A block of used rows is scattered over memory. Before the work on it begins, one load per cache line brings all of
/// them in at once; the processor would otherwise wait for them a few at a time.
final class RowPass {
    private static final int USES_PER_CHUNK = 1024;
    private static final int FLOATS_PER_CHUNK = 1 << 15;
    private static final int LINE = 64;

    private final List<EmbeddingTable> tables;
    private final SortedUses uses;
    private final RowScratch[] scratches;
    private int[] firstChunk;

    RowPass(List<EmbeddingTable> tables, SortedUses uses, RowScratch[] scratches) {
        this.tables = tables;
        this.uses = uses;
        this.scratches = scratches;
        this.firstChunk = new int[tables.size() + 1];
    }

    /// What is done with a block whose summed gradients, row numbers and state places lie in the scratch.
    interface Work {
        /// @param chunk number of the chunk the block belongs to
        void block(EmbeddingTable table, RowScratch scratch, int count, boolean neighbors, int chunk);
    }

    /// Chunks of a walk over the used rows.
    int usedChunks() {
        return plan(table -> Math.ceilDiv(uses.to(table) - uses.from(table), USES_PER_CHUNK));
    }

    /// Chunks of a walk over every row.
    int everyRowChunks() {
        return plan(table -> Math.toIntExact(Math.ceilDiv(
                tables.get(table).rows(), rowsPerChunk(tables.get(table).dim()))));
    }

    private static long rowsPerChunk(int dim) {
        return Math.max(1, FLOATS_PER_CHUNK / dim);
    }

    private int plan(java.util.function.IntUnaryOperator chunksOf) {
        for (int table = 0; table < tables.size(); table++) {
            firstChunk[table + 1] = Math.addExact(firstChunk[table], chunksOf.applyAsInt(table));
        }
        return firstChunk[tables.size()];
    }

    private int tableOf(int chunk) {
        int table = 0;
        while (firstChunk[table + 1] <= chunk) {
            table++;
        }
        return table;
    }

    /// Walks over the used rows.
    ///
    /// @param touchRows whether the work reads the rows themselves
    void used(WorkerPool pool, MemorySegment gradient, boolean touchRows, Work work) {
        pool.run(usedChunks(), (worker, chunk) -> {
            int table = tableOf(chunk);
            int from = uses.from(table) + (chunk - firstChunk[table]) * USES_PER_CHUNK;
            usedChunk(table, chunk, from, scratches[worker], gradient, touchRows, work);
        });
    }

    /// Works on the rows whose uses begin in `[start, start + USES_PER_CHUNK)`.
    private void usedChunk(
            int number,
            int chunk,
            int start,
            RowScratch scratch,
            MemorySegment gradient,
            boolean touchRows,
            Work work) {
        EmbeddingTable table = tables.get(number);
        long[] sorted = uses.of(number);
        int last = uses.to(number);
        int end = Math.min(start + USES_PER_CHUNK, last);
        int most = RowScratch.scattered(table.dim());
        int at = start;
        while (at > uses.from(number) && at < end && sorted[at] >>> 32 == sorted[at - 1] >>> 32) {
            at++;
        }
        while (at < end) {
            int count = 0;
            while (count < most && at < end) {
                long row = sorted[at] >>> 32;
                scratch.rows[count] = row;
                scratch.starts[count++] = at++;
                while (at < last && sorted[at] >>> 32 == row) {
                    at++;
                }
            }
            scratch.starts[count] = at;
            place(table, scratch, count);
            if (touchRows) {
                touch(table, scratch, count);
            }
            GradientRows.merge(
                    sorted, scratch.starts, count, gradient, uses.scaled(number), table.dim(), scratch.gradients);
            work.block(table, scratch, count, false, chunk);
        }
    }

    /// Where the weights and state of the block's rows lie in the table.
    private static void place(EmbeddingTable table, RowScratch scratch, int count) {
        long stride = table.stored().stride();
        long stateStride = table.stateWidth() * (long) Float.BYTES;
        for (int k = 0; k < count; k++) {
            scratch.weightAt[k] = scratch.rows[k] * stride;
            scratch.stateAt[k] = scratch.rows[k] * stateStride;
        }
    }

    private static void touch(EmbeddingTable table, RowScratch scratch, int count) {
        int seen =
                touch(table.weights(), scratch.weightAt, count, table.stored().stride());
        for (int i = 0; i < table.states().size(); i++) {
            seen ^= touch(table.stateSegment(i), scratch.stateAt, count, table.stateWidth() * 4L);
        }
        scratch.touched = seen;
    }

    private static int touch(MemorySegment segment, long[] at, int count, long bytes) {
        int seen = 0;
        for (long offset = 0; offset < bytes; offset += LINE) {
            for (int k = 0; k < count; k++) {
                seen ^= segment.get(ValueLayout.JAVA_BYTE, at[k] + offset);
            }
        }
        return seen;
    }

    /// Walks over every row of every table; rows without uses have a zero gradient.
    void everyRow(WorkerPool pool, MemorySegment gradient, Work work) {
        pool.run(everyRowChunks(), (worker, chunk) -> {
            int table = tableOf(chunk);
            long perChunk = rowsPerChunk(tables.get(table).dim());
            long first = (chunk - firstChunk[table]) * perChunk;
            everyRowChunk(table, chunk, first, scratches[worker], gradient, work);
        });
    }

    private void everyRowChunk(
            int number, int chunk, long first, RowScratch scratch, MemorySegment gradient, Work work) {
        EmbeddingTable table = tables.get(number);
        long[] sorted = uses.of(number);
        int last = uses.to(number);
        int at = firstUse(sorted, uses.from(number), last, first);
        long end = Math.min(first + rowsPerChunk(table.dim()), table.rows());
        int most = RowScratch.neighbors(table.dim());
        for (long row = first; row < end; row += most) {
            int count = (int) Math.min(most, end - row);
            int begin = at;
            for (int k = 0; k < count; k++) {
                scratch.rows[k] = row + k;
                scratch.starts[k] = at;
                while (at < last && sorted[at] >>> 32 == row + k) {
                    at++;
                }
            }
            scratch.starts[count] = at;
            place(table, scratch, count);
            if (at == begin) {
                scratch.gradients
                        .asSlice(0, (long) count * table.dim() * Float.BYTES)
                        .fill((byte) 0);
            } else {
                GradientRows.merge(
                        sorted, scratch.starts, count, gradient, uses.scaled(number), table.dim(), scratch.gradients);
            }
            work.block(table, scratch, count, true, chunk);
        }
    }

    /// First of the sorted uses `[from..to)` whose row is `row` or a later one.
    private static int firstUse(long[] sorted, int from, int to, long row) {
        int low = from;
        int high = to;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] >>> 32 < row) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
