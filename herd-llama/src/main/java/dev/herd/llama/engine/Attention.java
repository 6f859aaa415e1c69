package dev.herd.llama.engine;

import dev.herd.llama.weights.LlamaConfig;
import dev.herd.numerics.kernel.PanelProduct;
import dev.herd.numerics.kernel.PanelProduct.Panel;
import dev.herd.numerics.kernel.RowMath;
import dev.herd.numerics.kernel.RowSoftmax;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Grouped-query attention of a few tokens over the pages of their sequence, with an online softmax.
///
/// Pages are visited from the first on, whoever asks: a token's result has the same bits alone, in a
/// batch, and in any chunking of its prompt.
///
/// **Owner**: the arena holds the scratch space of one thread.
final class Attention {
    /// Tokens that one task takes.
    static final int TOKENS = 16;

    private final LlamaConfig config;
    private final int group;
    private final MemorySegment queries;
    private final MemorySegment scores;
    private final MemorySegment sums;
    private final MemorySegment panel;
    private final float[] tops;
    private final float[] totals;

    Attention(Arena arena, LlamaConfig config) {
        this.config = config;
        group = config.heads() / config.kvHeads();
        int rows = TOKENS * group;
        queries = arena.allocate((long) rows * config.headDim() * Float.BYTES, 64);
        sums = arena.allocate((long) rows * config.headDim() * Float.BYTES, 64);
        scores = arena.allocate((long) rows * KvPages.POSITIONS * Float.BYTES, 64);
        panel = arena.allocate(KvPages.panelFloats(config) * Float.BYTES, 64);
        tops = new float[rows];
        totals = new float[rows];
    }

    /// Attends for `count` tokens, the first at `position`, with the query heads of one key-value head.
    ///
    /// @param row where the first token stands in `q` and `out`, `[tokens, heads * headDim]`
    void attend(
            KvPages pages,
            Sequence sequence,
            int layer,
            int head,
            int position,
            int count,
            int row,
            MemorySegment q,
            MemorySegment out) {
        int rows = count * group;
        gather(q, row, count, head);
        int positions = position + count;
        for (int first = 0; first < positions; first += KvPages.POSITIONS) {
            page(pages, sequence.page(first), layer, head, first, position, rows, positions);
        }
        scatter(out, row, count, head);
    }

    private void page(KvPages pages, int page, int layer, int head, int first, int position, int rows, int positions) {
        int dim = config.headDim();
        int width = Math.min(KvPages.POSITIONS, positions - first);
        scores.asSlice(0, (long) rows * KvPages.POSITIONS * Float.BYTES).fill((byte) 0);
        Panel weights = new Panel(scores, 0, KvPages.POSITIONS);
        Panel keys = pages.keys(page, layer, head, panel);
        PanelProduct.multiplyAdd(new Panel(queries, 0, dim), keys, weights, rows, dim, KvPages.POSITIONS);
        for (int r = 0; r < rows; r++) {
            soften(r, Math.min(width, position + r / group + 1 - first), width);
        }
        Panel values = pages.values(page, layer, head, width, panel);
        PanelProduct.multiplyAdd(weights, values, new Panel(sums, 0, dim), rows, width, dim);
    }

    /// Turns the scores of one row into weights; those of later positions become 0.
    private void soften(int r, int visible, int width) {
        long at = (long) r * KvPages.POSITIONS;
        if (visible > 0) {
            float top = Math.max(tops[r], RowSoftmax.max(scores, at, visible));
            float kept = RowSoftmax.exp(tops[r] - top);
            totals[r] = totals[r] * kept + RowSoftmax.exponentiate(scores, at, visible, top);
            tops[r] = top;
            if (kept != 1) {
                RowMath.scale(kept, sums, (long) r * config.headDim(), config.headDim());
            }
        }
        int hidden = Math.max(visible, 0);
        scores.asSlice((at + hidden) * Float.BYTES, (long) (width - hidden) * Float.BYTES)
                .fill((byte) 0);
    }

    private void gather(MemorySegment q, int row, int count, int head) {
        int dim = config.headDim();
        int rows = count * group;
        for (int r = 0; r < rows; r++) {
            long from = place(row + r / group, head, r % group);
            MemorySegment.copy(q, from * Float.BYTES, queries, (long) r * dim * Float.BYTES, (long) dim * Float.BYTES);
            tops[r] = Float.NEGATIVE_INFINITY;
            totals[r] = 0;
        }
        RowMath.scale((float) (1 / Math.sqrt(dim)), queries, 0, (long) rows * dim);
        sums.asSlice(0, (long) rows * dim * Float.BYTES).fill((byte) 0);
    }

    private void scatter(MemorySegment out, int row, int count, int head) {
        int dim = config.headDim();
        for (int r = 0; r < count * group; r++) {
            long to = place(row + r / group, head, r % group);
            for (int d = 0; d < dim; d++) {
                float sum = sums.getAtIndex(ValueLayout.JAVA_FLOAT, (long) r * dim + d);
                out.setAtIndex(ValueLayout.JAVA_FLOAT, to + d, sum / totals[r]);
            }
        }
    }

    private long place(int row, int head, int member) {
        return ((long) row * config.heads() + (long) head * group + member) * config.headDim();
    }
}
