package dev.herd.llama.tokenizer;

import java.util.Arrays;

/// Finds the id of a token by its bytes: an open hash table over one array that holds all tokens.
final class ByteTable {
    static final int ABSENT = -1;

    private final byte[][] tokens;
    private final int[] slots;
    private final int longest;

    /// Of the tokens that merge; the first of two equal ones is found.
    ByteTable(byte[][] tokens, TokenType[] types) {
        this.tokens = tokens;
        this.slots = new int[Integer.highestOneBit(Math.max(8, tokens.length)) * 4];
        Arrays.fill(slots, ABSENT);
        int most = 0;
        for (int id = 0; id < tokens.length; id++) {
            byte[] token = tokens[id];
            if (types[id].merges() && token.length > 0) {
                most = Math.max(most, token.length);
                int slot = slot(token, 0, token.length);
                if (slots[slot] == ABSENT) {
                    slots[slot] = id;
                }
            }
        }
        this.longest = most;
    }

    /// The id of `text[from, to)`, or [#ABSENT].
    int find(byte[] text, int from, int to) {
        return to - from > longest ? ABSENT : slots[slot(text, from, to)];
    }

    private int slot(byte[] text, int from, int to) {
        int slot = hash(text, from, to) & (slots.length - 1);
        while (slots[slot] != ABSENT) {
            byte[] token = tokens[slots[slot]];
            if (Arrays.equals(token, 0, token.length, text, from, to)) {
                return slot;
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    private static int hash(byte[] text, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = hash * 31 + text[i];
        }
        hash *= 0x9E3779B9;
        return hash ^ (hash >>> 15);
    }
}
