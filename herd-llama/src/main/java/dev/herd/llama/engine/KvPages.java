package dev.herd.llama.engine;

import dev.herd.llama.weights.LlamaConfig;
import dev.herd.numerics.OffHeap;
import dev.herd.numerics.block.BlockFormat;
import dev.herd.numerics.kernel.BlockRows;
import dev.herd.numerics.kernel.ByteColumns;
import dev.herd.numerics.kernel.PanelProduct.Panel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.BitSet;

/// Keys and values of all sequences, in pages of [#POSITIONS] positions that sequences share by counting
/// references.
///
/// A page holds, for each layer and key-value head, the keys with positions across (`[headDim,
/// POSITIONS]`) and the values with positions down (`[POSITIONS, headDim]`), so that both products of
/// attention read along rows. A position is rounded by itself: what it stands for depends on nothing that
/// is written beside it.
///
/// **Owner**: the arena. Not safe for several threads.
final class KvPages {
    static final int POSITIONS = 64;

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final LlamaConfig config;
    private final KvPrecision precision;
    private final MemorySegment memory;
    private final int[] references;
    private final BitSet free;

    /// Of the keys of a head, and of its values.
    private final long panelBytes;

    private final long pageBytes;

    KvPages(Arena arena, LlamaConfig config, KvPrecision precision, int pages) {
        this.config = config;
        this.precision = precision;
        panelBytes = panelBytes(config, precision);
        pageBytes = bytes(config, precision, 1);
        memory = OffHeap.allocate(arena, Math.multiplyExact(pageBytes, (long) pages));
        references = new int[pages];
        free = new BitSet(pages);
        free.set(0, pages);
    }

    private static long panelBytes(LlamaConfig config, KvPrecision precision) {
        return precision.format().rowBytes((long) config.headDim() * POSITIONS);
    }

    /// Bytes that `pages` pages take.
    static long bytes(LlamaConfig config, KvPrecision precision, long pages) {
        return Math.multiplyExact(2L * config.layers() * config.kvHeads() * panelBytes(config, precision), pages);
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
        MemorySegment.copy(memory, page * pageBytes, memory, own * pageBytes, pageBytes);
        release(page);
        return own;
    }

    /// Floats that [#keys] and [#values] may decode a head of a page to.
    static long panelFloats(LlamaConfig config) {
        return (long) config.headDim() * POSITIONS;
    }

    /// The keys of a head in fp32, where they lie or in `scratch`.
    Panel keys(int page, int layer, int head, MemorySegment scratch) {
        long at = at(page, layer, head);
        int dim = config.headDim();
        switch (precision) {
            case FP32 -> {
                return new Panel(memory, at / Float.BYTES, POSITIONS);
            }
            case FP16 -> BlockRows.decode(BlockFormat.F16, memory, at, scratch, 0, panelFloats(config));
            case Q8 -> ByteColumns.decode(memory, at, dim, POSITIONS, scratch, 0);
        }
        return new Panel(scratch, 0, POSITIONS);
    }

    /// The values of a head at the first `count` positions of a page, in the same way.
    Panel values(int page, int layer, int head, int count, MemorySegment scratch) {
        long at = at(page, layer, head) + panelBytes;
        int dim = config.headDim();
        if (precision == KvPrecision.FP32) {
            return new Panel(memory, at / Float.BYTES, dim);
        }
        BlockFormat format = precision.format();
        BlockRows.decode(format, memory, at, scratch, 0, (long) count * dim / format.width());
        return new Panel(scratch, 0, dim);
    }

    /// The byte where the keys of a head start, which its values follow.
    private long at(int page, int layer, int head) {
        return page * pageBytes + 2 * ((long) layer * config.kvHeads() + head) * panelBytes;
    }

    /// Writes one position of a layer; `key` and `value` hold all heads from float `at` on.
    void put(int page, int slot, int layer, MemorySegment key, MemorySegment value, long at) {
        int dim = config.headDim();
        BlockFormat format = precision.format();
        for (int head = 0; head < config.kvHeads(); head++) {
            long from = at + (long) head * dim;
            long keys = at(page, layer, head);
            switch (precision) {
                case FP32 -> putKeys32(key, from, keys / Float.BYTES + slot);
                case FP16 -> putKeys16(key, from, keys / Short.BYTES + slot);
                case Q8 -> ByteColumns.encode(key, from, memory, keys, dim, POSITIONS, slot);
            }
            long values = keys + panelBytes + slot * format.rowBytes(dim);
            if (precision == KvPrecision.FP32) {
                MemorySegment.copy(value, from * Float.BYTES, memory, values, (long) dim * Float.BYTES);
            } else {
                format.encode(value, from, memory, values, dim / format.width());
            }
        }
    }

    private void putKeys32(MemorySegment key, long from, long to) {
        for (int d = 0; d < config.headDim(); d++) {
            float number = key.getAtIndex(ValueLayout.JAVA_FLOAT, from + d);
            memory.setAtIndex(ValueLayout.JAVA_FLOAT, to + (long) d * POSITIONS, number);
        }
    }

    private void putKeys16(MemorySegment key, long from, long to) {
        for (int d = 0; d < config.headDim(); d++) {
            float number = key.getAtIndex(ValueLayout.JAVA_FLOAT, from + d);
            memory.setAtIndex(SHORT, to + (long) d * POSITIONS, Float.floatToFloat16(number));
        }
    }
}
