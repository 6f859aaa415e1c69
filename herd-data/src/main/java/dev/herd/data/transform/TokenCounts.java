package dev.herd.data.transform;

import java.util.Arrays;
import java.util.stream.IntStream;

/// Counts texts, kept as bytes in one array under an open-addressing table.
final class TokenCounts {
    private byte[] bytes = new byte[1 << 10];
    private int[] starts = new int[33];
    private long[] counts = new long[32];
    private int size;
    /// Index of a text plus one, or 0.
    private int[] slots = new int[64];

    int size() {
        return size;
    }

    long count(int token) {
        return counts[token];
    }

    void add(byte[] from, int start, int end, long count) {
        int slot = slot(from, start, end);
        if (slots[slot] != 0) {
            counts[slots[slot] - 1] += count;
            return;
        }
        append(from, start, end, count);
        slots[slot] = size;
        if (size * 2 > slots.length) {
            rehash();
        }
    }

    void merge(TokenCounts other) {
        for (int t = 0; t < other.size; t++) {
            add(other.bytes, other.starts[t], other.starts[t + 1], other.counts[t]);
        }
    }

    /// Index of the text, or -1.
    int find(byte[] from, int start, int end) {
        return slots[slot(from, start, end)] - 1;
    }

    byte[] token(int index) {
        return Arrays.copyOfRange(bytes, starts[index], starts[index + 1]);
    }

    private int slot(byte[] from, int start, int end) {
        int mask = slots.length - 1;
        int slot = (int) TextHash.hash(from, start, end, 0) & mask;
        while (slots[slot] != 0) {
            int t = slots[slot] - 1;
            if (Arrays.equals(bytes, starts[t], starts[t + 1], from, start, end)) {
                break;
            }
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void append(byte[] from, int start, int end, long count) {
        int used = starts[size];
        int needed = Math.addExact(used, end - start);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, 2L * bytes.length)));
        }
        if (size == counts.length) {
            counts = Arrays.copyOf(counts, size * 2);
            starts = Arrays.copyOf(starts, size * 2 + 1);
        }
        System.arraycopy(from, start, bytes, used, end - start);
        counts[size++] = count;
        starts[size] = needed;
    }

    private void rehash() {
        slots = new int[slots.length * 2];
        int mask = slots.length - 1;
        for (int t = 0; t < size; t++) {
            int slot = (int) TextHash.hash(bytes, starts[t], starts[t + 1], 0) & mask;
            while (slots[slot] != 0) {
                slot = (slot + 1) & mask;
            }
            slots[slot] = t + 1;
        }
    }

    /// The texts that occur often enough, by falling count, ties by their bytes.
    TokenCounts ranked(int minCount, long maxSize) {
        Integer[] order = IntStream.range(0, size)
                .filter(t -> counts[t] >= minCount)
                .boxed()
                .toArray(Integer[]::new);
        Arrays.sort(order, (a, b) -> {
            int byCount = Long.compare(counts[b], counts[a]);
            return byCount != 0
                    ? byCount
                    : Arrays.compareUnsigned(bytes, starts[a], starts[a + 1], bytes, starts[b], starts[b + 1]);
        });
        TokenCounts ranked = new TokenCounts();
        long kept = maxSize == 0 ? order.length : Math.min(maxSize, order.length);
        for (int i = 0; i < kept; i++) {
            ranked.add(bytes, starts[order[i]], starts[order[i] + 1], counts[order[i]]);
        }
        return ranked;
    }
}
