package dev.herd.llama;

import dev.herd.llama.engine.Chunk;
import dev.herd.llama.engine.Chunk.Output;
import dev.herd.llama.engine.LlamaEngine;
import dev.herd.llama.engine.Sequence;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/// Reads texts for their embeddings, as many tokens in a step as the engine takes: short texts are computed
/// beside each other, long ones in pieces.
final class Reading {
    private final LlamaEngine engine;
    private final List<Text> texts = new ArrayList<>();
    /// Those that have not been read to their end; of the first a part may have been.
    private final Deque<Text> left = new ArrayDeque<>();

    private static final class Text {
        final int[] tokens;
        final PooledStates states;
        final Sequence sequence;

        Text(int[] tokens, PooledStates states, Sequence sequence) {
            this.tokens = tokens;
            this.states = states;
            this.sequence = sequence;
        }

        int unread() {
            return tokens.length - sequence.length();
        }

        /// The next tokens.
        Chunk piece(int count) {
            int from = sequence.length();
            return new Chunk(sequence, Arrays.copyOfRange(tokens, from, from + count), Output.STATES);
        }
    }

    Reading(LlamaEngine engine, List<int[]> all, Pooling pooling) {
        this.engine = engine;
        for (int[] tokens : all) {
            if (tokens.length == 0 || tokens.length > engine.longest()) {
                throw new IllegalArgumentException("text " + texts.size() + " has " + tokens.length
                        + " tokens, it must have 1 to " + engine.longest());
            }
            texts.add(new Text(tokens, new PooledStates(pooling), engine.sequence()));
        }
        left.addAll(texts);
    }

    List<Embedding> read() {
        try {
            while (!left.isEmpty()) {
                step();
            }
            return texts.stream().map(text -> text.states.embedding()).toList();
        } finally {
            texts.forEach(text -> text.sequence.close());
        }
    }

    private void step() {
        List<Text> now = new ArrayList<>();
        List<Chunk> chunks = new ArrayList<>();
        int room = engine.options().batch();
        int pages = engine.freePages();
        for (Text text : left) {
            int count = Math.min(room, text.unread());
            int from = text.sequence.length();
            pages -= LlamaEngine.pagesFor(from + count) - LlamaEngine.pagesFor(from);
            if (count == 0 || pages < 0 && !now.isEmpty()) {
                break;
            }
            room -= count;
            now.add(text);
            chunks.add(text.piece(count));
        }
        float[][] states = engine.step(chunks);
        int at = 0;
        for (int i = 0; i < now.size(); i++) {
            Text text = now.get(i);
            int end = at + chunks.get(i).rows();
            text.states.add(Arrays.copyOfRange(states, at, end));
            at = end;
            if (text.unread() == 0) {
                text.sequence.close();
                left.removeFirst();
            }
        }
    }
}
