package dev.herd.train.metric;

import dev.herd.numerics.CounterRandom;
import java.util.Arrays;

/// Numbers group ids 0, 1, 2 ... in the order of first sight: an open-addressing hash table over primitive arrays.
final class GroupIndex {
    private long[] ids = new long[512];
    private int[] slots = emptySlots(1024);
    private int size;

    /// The number of `id`, a new one when it was not seen before.
    int indexOf(long id) {
        int slot = find(id);
        if (slots[slot] < 0) {
            if (size == ids.length) {
                grow();
                slot = find(id);
            }
            ids[size] = id;
            slots[slot] = size++;
        }
        return slots[slot];
    }

    long idAt(int index) {
        return ids[index];
    }

    int size() {
        return size;
    }

    /// The numbers of all groups, by ascending id.
    int[] inOrderOfIds() {
        long[] sorted = Arrays.copyOf(ids, size);
        Arrays.sort(sorted);
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            order[i] = slots[find(sorted[i])];
        }
        return order;
    }

    private int find(long id) {
        int mask = slots.length - 1;
        int slot = (int) CounterRandom.mix(id) & mask;
        while (slots[slot] >= 0 && ids[slots[slot]] != id) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        ids = Arrays.copyOf(ids, Math.multiplyExact(2, ids.length));
        slots = emptySlots(Math.multiplyExact(2, slots.length));
        for (int i = 0; i < size; i++) {
            slots[find(ids[i])] = i;
        }
    }

    private static int[] emptySlots(int length) {
        int[] slots = new int[length];
        Arrays.fill(slots, -1);
        return slots;
    }
}
