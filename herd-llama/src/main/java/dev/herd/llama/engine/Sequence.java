package dev.herd.llama.engine;

import java.util.Arrays;

/// One conversation: the tokens computed so far and the pages that hold their keys and values.
///
/// A fork shares all pages with its origin; whoever writes next to a shared page first takes a copy of it.
/// So a prefix that many requests have in common is computed and stored once.
///
/// **Owner**: who asked the engine for it; closing it gives its pages back. Not safe for several threads.
public final class Sequence implements AutoCloseable {
    private final KvPages pages;
    private final int limit;
    private int[] table = new int[4];
    private int used;
    private int length;
    private boolean closed;

    Sequence(KvPages pages, int limit) {
        this.pages = pages;
        this.limit = limit;
    }

    /// A sequence that begins with the positions of these whole pages.
    static Sequence startingWith(KvPages pages, int limit, int... shared) {
        Sequence sequence = new Sequence(pages, limit);
        sequence.used = shared.length;
        sequence.table = Arrays.copyOf(shared, Math.max(4, shared.length));
        sequence.length = shared.length * KvPages.POSITIONS;
        for (int page : shared) {
            pages.retain(page);
        }
        return sequence;
    }

    /// Positions computed so far.
    public int length() {
        return length;
    }

    /// Pages that hold them, shared ones included.
    public int pages() {
        return used;
    }

    /// Leaves the whole pages, which hold `tokens`, to later sequences.
    void keep(PrefixCache prefixes, int... tokens) {
        requireOpen();
        if (tokens.length != length) {
            throw new IllegalArgumentException(
                    "the sequence holds " + length + " positions, not the " + tokens.length + " tokens given for them");
        }
        prefixes.keep(tokens, table, length / KvPages.POSITIONS);
    }

    /// A sequence that goes on from the first `prefix` positions of this one.
    ///
    /// **Throws** `IllegalArgumentException` when this one is shorter.
    public Sequence fork(int prefix) {
        requireOpen();
        if (prefix < 0 || prefix > length) {
            throw new IllegalArgumentException(
                    "a fork can take 0 to " + length + " positions of this sequence, asked for " + prefix);
        }
        Sequence fork = startingWith(pages, limit, Arrays.copyOf(table, KvPages.pagesFor(prefix)));
        fork.length = prefix;
        return fork;
    }

    /// Forgets all positions from `length` on.
    public void truncate(int length) {
        requireOpen();
        if (length < 0 || length > this.length) {
            throw new IllegalArgumentException("can be cut to 0 to " + this.length + " positions, not " + length);
        }
        this.length = length;
        while (used > KvPages.pagesFor(length)) {
            pages.release(table[--used]);
        }
    }

    /// How many pages must be free for `count` more positions.
    int pagesToExtend(int count) {
        int copied = length % KvPages.POSITIONS != 0 && pages.shared(table[used - 1]) ? 1 : 0;
        return KvPages.pagesFor(length + count) - used + copied;
    }

    /// Makes room for `count` more positions, all of which this sequence alone will hold.
    void extend(int count) {
        requireOpen();
        if ((long) length + count > limit) {
            throw new IllegalArgumentException(
                    "the sequence holds " + length + " positions and " + count + " more pass the limit of " + limit);
        }
        if (length % KvPages.POSITIONS != 0 && pages.shared(table[used - 1])) {
            table[used - 1] = pages.unshare(table[used - 1]);
        }
        int needed = KvPages.pagesFor(length + count);
        if (needed > table.length) {
            table = Arrays.copyOf(table, Math.max(needed, 2 * table.length));
        }
        while (used < needed) {
            table[used++] = pages.acquire();
        }
        length += count;
    }

    int page(int position) {
        return table[position / KvPages.POSITIONS];
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the sequence is closed");
        }
    }

    @Override
    public void close() {
        if (!closed) {
            truncate(0);
            closed = true;
        }
    }
}
