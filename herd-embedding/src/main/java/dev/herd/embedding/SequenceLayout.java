package dev.herd.embedding;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// Where the sequences of a batch lie behind its pooled embeddings, in the lookup's output and in its
/// gradient alike: one block `[B, T, dim]` each, padded at the front.
final class SequenceLayout {
    /// Blocks begin at whole cache lines.
    private static final int ALIGNMENT = 16;

    private final List<Slot> sequences;
    private final List<EmbeddingTable> tables;
    private final int[] at;
    private final long[] maskAt;
    private final int[] length;
    private long floats;
    private long positions;
    private int mostIds;

    SequenceLayout(List<Slot> slots, List<EmbeddingTable> tables) {
        this.sequences = slots.stream().filter(slot -> !slot.pooled()).toList();
        this.tables = tables;
        this.at = new int[slots.size()];
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
        for (Slot slot : sequences) {
            int number = slot.number();
            length[number] = Math.max(1, batch.longest(slot));
            end = Math.ceilDiv(end, ALIGNMENT) * ALIGNMENT;
            at[number] = Math.toIntExact(Math.min(end, Integer.MAX_VALUE));
            maskAt[number] = masks;
            masks += (long) batch.size() * length[number];
            end += (long) batch.size()
                    * length[number]
                    * tables.get(slot.table()).dim();
            most = Math.max(most, batch.from(slot) + batch.ids(slot));
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

    /// Numbers of the pooled embeddings and all sequences.
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

    /// First float of a sequence's block.
    int at(Slot slot) {
        return at[slot.number()];
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
    MemorySegment part(Slot slot, MemorySegment all, int size) {
        long numbers = (long) size * length(slot) * tables.get(slot.table()).dim();
        return all.asSlice((long) at(slot) * Float.BYTES, numbers * Float.BYTES);
    }
}
