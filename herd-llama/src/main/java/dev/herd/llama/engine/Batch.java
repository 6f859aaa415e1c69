package dev.herd.llama.engine;

import dev.herd.llama.engine.Chunk.Output;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// The tokens of one step, row by row.
///
/// @param parts runs of tokens of one sequence, each small enough for one task of attention
/// @param wanted the rows of which something is returned, ascending
/// @param states which of these are wanted as hidden states, the others as logits
record Batch(int[] tokens, int[] positions, Sequence[] sequences, List<Part> parts, int[] wanted, BitSet states) {
    /// `count` tokens of a sequence from `position` on, the first in row `row`.
    record Part(Sequence sequence, int position, int row, int count) {}

    /// Lays out chunks whose sequences have not been extended yet.
    static Batch of(List<Chunk> chunks) {
        int size = chunks.stream().mapToInt(chunk -> chunk.tokens().length).sum();
        int[] tokens = new int[size];
        int[] positions = new int[size];
        Sequence[] sequences = new Sequence[size];
        int[] wanted = new int[chunks.stream().mapToInt(Chunk::rows).sum()];
        BitSet states = new BitSet();
        List<Part> parts = new ArrayList<>();
        int row = 0;
        int asked = 0;
        for (Chunk chunk : chunks) {
            int start = chunk.sequence().length();
            int count = chunk.tokens().length;
            for (int i = 0; i < count; i += Attention.TOKENS) {
                parts.add(new Part(chunk.sequence(), start + i, row + i, Math.min(Attention.TOKENS, count - i)));
            }
            for (int i = 0; i < count; i++, row++) {
                tokens[row] = chunk.tokens()[i];
                positions[row] = start + i;
                sequences[row] = chunk.sequence();
                if (chunk.output() != Output.LAST_LOGITS || i == count - 1) {
                    states.set(asked, chunk.output() == Output.STATES);
                    wanted[asked++] = row;
                }
            }
        }
        return new Batch(tokens, positions, sequences, parts, wanted, states);
    }

    int size() {
        return tokens.length;
    }
}
