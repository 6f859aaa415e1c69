package dev.herd.embedding;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// What lies behind a batch's pooled embeddings, in the lookup's output and in its gradient alike: a block
/// `[rows, T, dim]` of every sequence, padded at the front, and a block `[rows, dim]` of every pooled
/// feature whose equal rows are looked up once. Rows are those of the batch, or the unique ones of a group.
/// A feature that is pooled as windows has a block of its parts, and one of its unique rows.
final class BatchLayout {
    /// Blocks begin at whole cache lines.
    private static final int ALIGNMENT = 16;

    private final List<Slot> slots;
    private final List<EmbeddingTable> tables;
    private final int[] at;
    private final int[] uniqueAt;
    private final long[] maskAt;
    private final int[] length;
    private long floats;
    private long positions;
    private int mostIds;

    BatchLayout(List<Slot> slots, List<EmbeddingTable> tables) {
        this.slots = List.copyOf(slots);
        this.tables = tables;
        this.at = new int[slots.size()];
        this.uniqueAt = new int[slots.size()];
        this.maskAt = new long[slots.size()];
        this.length = new int[slots.size()];
    }

    /// Makes the layout of a batch.
    ///
    /// @param width columns of the pooled features
    /// @return floats of the whole output
    long place(BoundBatch batch, int width) {
        long end = (long) batch.size() * width;
        long masks = 0;
        int most = 0;
        for (Slot slot : slots) {
            int number = slot.number();
            length[number] = slot.pooled() ? 1 : Math.max(1, batch.longest(slot));
            if (slot.pooled() && batch.numbers(slot) == null) {
                continue;
            }
            int dim = tables.get(slot.table()).dim();
            at[number] = aligned(end);
            long places = (long) batch.rows(slot) * length[number];
            end = at[number] + places * dim;
            uniqueAt[number] = at[number];
            if (batch.parts(slot) != null) {
                uniqueAt[number] = aligned(end);
                end = uniqueAt[number] + (long) batch.unique(slot) * dim;
            }
            if (!slot.pooled()) {
                maskAt[number] = masks;
                masks += places;
                most = Math.max(most, batch.from(slot) + batch.ids(slot));
            }
        }
        if (end > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "the batch's embeddings have " + end + " numbers, more than 2^31-1; make the batch smaller");
        }
        floats = end;
        positions = masks;
        mostIds = most;
        return floats;
    }

    private static int aligned(long floats) {
        long next = Math.ceilDiv(floats, ALIGNMENT) * ALIGNMENT;
        return Math.toIntExact(Math.min(next, Integer.MAX_VALUE));
    }

    /// Numbers of the pooled embeddings and all blocks.
    long floats() {
        return floats;
    }

    /// Places of all sequences, padding included.
    long positions() {
        return positions;
    }

    /// No id of a sequence has a larger number in its [dev.herd.numerics.kernel.Bags].
    int mostIds() {
        return mostIds;
    }

    /// First float of the block of a slot's bags.
    int at(Slot slot) {
        return at[slot.number()];
    }

    /// First float of the block of a slot's unique rows: that of its bags, unless these are parts of windows.
    int uniqueAt(Slot slot) {
        return uniqueAt[slot.number()];
    }

    /// First float of a sequence's mask.
    long maskAt(Slot slot) {
        return maskAt[slot.number()];
    }

    /// T.
    int length(Slot slot) {
        return length[slot.number()];
    }

    /// A sequence's block of memory that is laid out so.
    MemorySegment part(Slot slot, MemorySegment all, int rows) {
        long numbers = (long) rows * length(slot) * tables.get(slot.table()).dim();
        return all.asSlice((long) at(slot) * Float.BYTES, numbers * Float.BYTES);
    }
}
