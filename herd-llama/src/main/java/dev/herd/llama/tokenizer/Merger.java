package dev.herd.llama.tokenizer;

import java.util.Arrays;

/// Merges neighboring symbols, the best pair first and the leftmost of equals, until none is left.
///
/// Symbols are a linked list in arrays, pairs wait in a heap; a merge makes at most two new pairs. So `n`
/// symbols cost at most `3n` heap entries, `O(n log n)` in all, whatever the text. Not for several threads
/// at once; reusable.
final class Merger {
    private static final int NONE = -1;

    /// What becomes of two neighbors.
    interface Pairs {
        /// No merge.
        long NEVER = -1;

        /// The rank (lower is sooner) in the upper and the merged id in the lower half, or [#NEVER]. The
        /// symbols span the bytes `[from, to)` of the text together.
        long find(int left, int right, int from, int to);

        static long of(int rank, int merged) {
            return (long) rank << Integer.SIZE | merged;
        }
    }

    private final Pairs pairs;
    private int[] ids = new int[16];
    private int[] starts = new int[17];
    private int[] nexts = new int[16];
    private int[] previous = new int[16];
    private long[] merges = new long[16];
    private long[] heap = new long[32];
    private int waiting;
    private int count;
    private long work;

    Merger(Pairs pairs) {
        this.pairs = pairs;
    }

    /// Forgets the symbols of before.
    void clear() {
        count = 0;
    }

    /// Appends a symbol that starts at byte `start`; a negative id merges only by its text.
    void append(int id, int start) {
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, 2 * count);
            starts = Arrays.copyOf(starts, 2 * count + 1);
            nexts = Arrays.copyOf(nexts, 2 * count);
            previous = Arrays.copyOf(previous, 2 * count);
            merges = Arrays.copyOf(merges, 2 * count);
        }
        ids[count] = id;
        starts[count++] = start;
    }

    /// Merges all that was appended; the text ends at byte `end`.
    void merge(int end) {
        starts[count] = end;
        waiting = 0;
        for (int i = 0; i < count; i++) {
            nexts[i] = i + 1;
            previous[i] = i - 1;
        }
        for (int i = 0; i < count; i++) {
            offer(i);
        }
        while (waiting > 0) {
            long best = poll();
            int at = (int) best;
            long merge = merges[at];
            if (merge != Pairs.NEVER && merge >>> Integer.SIZE == best >>> Integer.SIZE) {
                join(at, (int) merge);
            }
        }
    }

    /// The first symbol, or a negative number when there is none; then [#next].
    int first() {
        return count == 0 ? NONE : 0;
    }

    int next(int symbol) {
        return nexts[symbol] == count ? NONE : nexts[symbol];
    }

    int id(int symbol) {
        return ids[symbol];
    }

    int start(int symbol) {
        return starts[symbol];
    }

    int end(int symbol) {
        return starts[nexts[symbol]];
    }

    /// How many heap entries and comparisons all merging took so far.
    long work() {
        return work;
    }

    private void join(int left, int merged) {
        int right = nexts[left];
        ids[left] = merged;
        nexts[left] = nexts[right];
        merges[right] = Pairs.NEVER;
        if (nexts[right] < count) {
            previous[nexts[right]] = left;
        }
        offer(left);
        if (previous[left] != NONE) {
            offer(previous[left]);
        }
    }

    private void offer(int left) {
        int right = nexts[left];
        merges[left] =
                right == count ? Pairs.NEVER : pairs.find(ids[left], ids[right], starts[left], starts[nexts[right]]);
        if (merges[left] != Pairs.NEVER) {
            push(merges[left] >>> Integer.SIZE << Integer.SIZE | left);
        }
    }

    private void push(long entry) {
        if (waiting == heap.length) {
            heap = Arrays.copyOf(heap, 2 * waiting);
        }
        int at = waiting++;
        work++;
        while (at > 0 && heap[(at - 1) >>> 1] > entry) {
            heap[at] = heap[(at - 1) >>> 1];
            at = (at - 1) >>> 1;
            work++;
        }
        heap[at] = entry;
    }

    private long poll() {
        long best = heap[0];
        long last = heap[--waiting];
        int at = 0;
        for (int child = 1; child < waiting; child = 2 * at + 1) {
            work++;
            if (child + 1 < waiting && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= last) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = last;
        return best;
    }
}
