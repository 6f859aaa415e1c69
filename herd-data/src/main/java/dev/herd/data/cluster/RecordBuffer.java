package dev.herd.data.cluster;

import dev.herd.data.Batch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Records in memory, as they came, and their order.
///
/// Memory: `bytes` off-heap and a quarter of that for the order.
///
/// **Owner**: whoever created it closes it.
final class RecordBuffer implements AutoCloseable {
    /// Records start at multiples of 8, whose number has so many bits in an entry of the order: up to 16
    /// GiB.
    private static final int PLACE_BITS = 31;

    private static final long PLACE = (1L << PLACE_BITS) - 1;
    private static final int HASH_BITS = 30;
    /// Numbers of splits from 0 on fit.
    static final int MAX_SPLITS = 4;

    private final RowRecord record;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final long[] order;
    private long used;
    private int rows;

    RecordBuffer(RowRecord record, long bytes) {
        this.record = record;
        long whole = Math.min(bytes, 16L << 30) & ~7L;
        memory = arena.allocate(whole, 8);
        order = new long[Math.toIntExact(Math.min(whole / 32, Integer.MAX_VALUE - 8))];
    }

    int rows() {
        return rows;
    }

    /// Adds a row; false when it does not fit beside the others.
    ///
    /// **Throws** `IllegalArgumentException` for a row larger than the whole buffer.
    boolean add(Batch batch, int row, int split) {
        int bytes = record.size(batch, row);
        if (bytes > memory.byteSize()) {
            throw new IllegalArgumentException("a row takes " + bytes + " bytes, the memory for sorting is "
                    + memory.byteSize() + " bytes; allow more with --memory");
        }
        if (rows == order.length || used + bytes > memory.byteSize()) {
            return false;
        }
        record.write(batch, row, split, bytes, memory, used);
        long hash = SessionOrder.hash(batch.sessions()[row]) >>> (63 - HASH_BITS);
        order[rows++] = ((long) split << HASH_BITS | hash) << PLACE_BITS | used >>> 3;
        used += bytes;
        return true;
    }

    /// Shows the records in order and forgets them.
    void drain(RecordSink sink) {
        Arrays.sort(order, 0, rows);
        for (int from = 0; from < rows; ) {
            int to = from + 1;
            while (to < rows && order[to] >>> PLACE_BITS == order[from] >>> PLACE_BITS) {
                to++;
            }
            sort(from, to);
            for (int i = from; i < to; i++) {
                sink.accept(memory, place(order[i]));
            }
            from = to;
        }
        rows = 0;
        used = 0;
    }

    private static long place(long entry) {
        return (entry & PLACE) << 3;
    }

    /// Sorts rows whose splits and leading bits of the hash agree, which lie as they came.
    private void sort(int from, int to) {
        boolean sorted = true;
        for (int i = from + 1; i < to && sorted; i++) {
            sorted = compare(order[i - 1], order[i]) <= 0;
        }
        if (!sorted) {
            long[] scratch = Arrays.copyOfRange(order, from, to);
            merge(scratch, order, from, 0, to - from);
        }
    }

    /// Merges the halves of `[from, to)` after sorting them; `source` and `into` hold the same entries
    /// there.
    private void merge(long[] source, long[] into, int shift, int from, int to) {
        if (to - from < 2) {
            return;
        }
        int middle = from + to >>> 1;
        mergeBack(into, source, shift, from, middle);
        mergeBack(into, source, shift, middle, to);
        for (int i = from, a = from, b = middle; i < to; i++) {
            boolean left = b >= to || a < middle && compare(source[a], source[b]) <= 0;
            into[shift + i] = left ? source[a++] : source[b++];
        }
    }

    /// The same with the roles of the arrays exchanged: the result lies in `into`, without the shift.
    private void mergeBack(long[] source, long[] into, int shift, int from, int to) {
        if (to - from < 2) {
            return;
        }
        int middle = from + to >>> 1;
        merge(into, source, shift, from, middle);
        merge(into, source, shift, middle, to);
        for (int i = from, a = from, b = middle; i < to; i++) {
            boolean left = b >= to || a < middle && compare(source[shift + a], source[shift + b]) <= 0;
            into[i] = source[shift + (left ? a++ : b++)];
        }
    }

    private int compare(long entry, long other) {
        long a = place(entry);
        long b = place(other);
        long session = RowRecord.session(memory, a);
        long otherSession = RowRecord.session(memory, b);
        int by = session == otherSession ? 0 : SessionOrder.compare(session, otherSession);
        by = by != 0 ? by : Long.compare(RowRecord.time(memory, a), RowRecord.time(memory, b));
        return by != 0 ? by : Long.compare(a, b);
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
