package dev.herd.llama.tokenizer;

import dev.herd.llama.tokenizer.TokenizerData.Merge;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The pairs of ids that merge, with rank and result: an open hash table of longs.
final class PairTable implements Merger.Pairs {
    private static final long EMPTY = -1;

    private long[] keys = new long[1 << 10];
    private long[] values = new long[1 << 10];
    private int size;

    private PairTable() {
        Arrays.fill(keys, EMPTY);
    }

    /// Pairs ranked by their place in a list; the first of two equal ones counts.
    static PairTable of(Merge[] merges) {
        PairTable table = new PairTable();
        for (int rank = 0; rank < merges.length; rank++) {
            table.put(merges[rank].left(), merges[rank].right(), rank, merges[rank].merged());
        }
        return table;
    }

    /// Pairs ranked by the id of their result: any two tokens that make up a third merge, as tiktoken does
    /// it.
    static PairTable ofRanks(byte[][] tokens, TokenType[] types, ByteTable ids) {
        PairTable table = new PairTable();
        ranked(tokens, types, ids)
                .forEach(merge -> table.put(merge.left(), merge.right(), merge.merged(), merge.merged()));
        return table;
    }

    /// The same pairs as a list in the order in which they merge.
    static Stream<Merge> ranked(byte[][] tokens, TokenType[] types, ByteTable ids) {
        return IntStream.range(0, tokens.length)
                .filter(id -> types[id].merges())
                .boxed()
                .flatMap(id -> IntStream.range(1, Math.max(1, tokens[id].length))
                        .mapToObj(cut -> split(tokens[id], cut, id, ids))
                        .flatMap(Optional::stream));
    }

    private static Optional<Merge> split(byte[] token, int cut, int id, ByteTable ids) {
        int left = ids.find(token, 0, cut);
        int right = left == ByteTable.ABSENT ? ByteTable.ABSENT : ids.find(token, cut, token.length);
        return right == ByteTable.ABSENT ? Optional.empty() : Optional.of(new Merge(left, right, id));
    }

    @Override
    public long find(int left, int right, int from, int to) {
        long key = key(left, right);
        int slot = slot(key, keys);
        return keys[slot] == EMPTY ? NEVER : values[slot];
    }

    private void put(int left, int right, int rank, int merged) {
        if (2 * (size + 1) > keys.length) {
            grow();
        }
        long key = key(left, right);
        int slot = slot(key, keys);
        if (keys[slot] == EMPTY) {
            keys[slot] = key;
            values[slot] = Merger.Pairs.of(rank, merged);
            size++;
        }
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldValues = values;
        keys = new long[2 * oldKeys.length];
        values = new long[2 * oldKeys.length];
        Arrays.fill(keys, EMPTY);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != EMPTY) {
                int slot = slot(oldKeys[i], keys);
                keys[slot] = oldKeys[i];
                values[slot] = oldValues[i];
            }
        }
    }

    private static long key(int left, int right) {
        return (long) left << Integer.SIZE | right;
    }

    private static int slot(long key, long[] keys) {
        long mixed = key * 0x9E3779B97F4A7C15L;
        int slot = (int) (mixed >>> 32) & (keys.length - 1);
        while (keys[slot] != EMPTY && keys[slot] != key) {
            slot = (slot + 1) & (keys.length - 1);
        }
        return slot;
    }
}
