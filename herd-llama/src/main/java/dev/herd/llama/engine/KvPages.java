package dev.herd.llama.engine;

import dev.herd.llama.weights.LlamaConfig;
import dev.herd.numerics.OffHeap;
import dev.herd.numerics.kernel.PanelProduct.Panel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;

/// Keys and values of all sequences, in pages of [#POSITIONS] positions that sequences share by counting
/// references.
///
/// A page holds, for each layer and key-value head, the keys with positions across (`[headDim,
/// POSITIONS]`) and the values with positions down (`[POSITIONS, headDim]`), so that both products of
/// attention read along rows.
///
/// **Owner**: the arena. Not safe for several threads.
final class KvPages {
    static final int POSITIONS = 64;

    private final LlamaConfig config;
    private final MemorySegment memory;
    private final int[] references;
    private final BitSet free;
    private final long pageFloats;

    KvPages(Arena arena, LlamaConfig config, int pages) {
        this.config = config;
        pageFloats = pageFloats(config);
        memory = OffHeap.allocate(arena, Math.multiplyExact(pageFloats * Float.BYTES, (long) pages));
        references = new int[pages];
        free = new BitSet(pages);
        free.set(0, pages);
    }

    private static long pageFloats(LlamaConfig config) {
        return 2L * config.layers() * config.kvHeads() * config.headDim() * POSITIONS;
    }

    /// Bytes that `pages` pages take.
    static long bytes(LlamaConfig config, long pages) {
        return Math.multiplyExact(pageFloats(config) * Float.BYTES, pages);
    }

    /// Pages that so many positions take.
    static int pagesFor(int positions) {
        return Math.ceilDiv(positions, POSITIONS);
    }

    int freePages() {
        return free.cardinality();
    }

    int pages() {
        return references.length;
    }

    /// A page with one reference.
    int acquire() {
        int page = free.nextSetBit(0);
        if (page < 0) {
            throw new IllegalStateException("all " + references.length + " pages of " + POSITIONS
                    + " positions hold keys and values of open sequences; close some or open the engine with more"
                    + " positions");
        }
        free.clear(page);
        references[page] = 1;
        return page;
    }

    void retain(int page) {
        references[page]++;
    }

    void release(int page) {
        if (--references[page] == 0) {
            free.set(page);
        }
    }

    boolean shared(int page) {
        return references[page] > 1;
    }

    /// A copy of a shared page for a sequence that will write to it; the reference to the shared one is
    /// given back.
    int unshare(int page) {
        int own = acquire();
        long bytes = pageFloats * Float.BYTES;
        MemorySegment.copy(memory, page * bytes, memory, own * bytes, bytes);
        release(page);
        return own;
    }

    Panel keys(int page, int layer, int head) {
        return new Panel(memory, at(page, layer, head), POSITIONS);
    }

    Panel values(int page, int layer, int head) {
        return new Panel(memory, at(page, layer, head) + (long) config.headDim() * POSITIONS, config.headDim());
    }

    private long at(int page, int layer, int head) {
        long panel = 2L * config.headDim() * POSITIONS;
        return page * pageFloats + ((long) layer * config.kvHeads() + head) * panel;
    }

    /// Writes one position of a layer; `key` and `value` hold all heads from float `at` on.
    void put(int page, int slot, int layer, MemorySegment key, MemorySegment value, long at) {
        int dim = config.headDim();
        for (int head = 0; head < config.kvHeads(); head++) {
            long from = at + (long) head * dim;
            long keys = at(page, layer, head) + slot;
            for (int d = 0; d < dim; d++) {
                float number = key.getAtIndex(ValueLayout.JAVA_FLOAT, from + d);
                memory.setAtIndex(ValueLayout.JAVA_FLOAT, keys + (long) d * POSITIONS, number);
            }
            long values = at(page, layer, head) + (long) dim * POSITIONS + (long) slot * dim;
            MemorySegment.copy(value, from * Float.BYTES, memory, values * Float.BYTES, (long) dim * Float.BYTES);
        }
    }
}
