package dev.herd.bench.llm;

import dev.herd.llama.weights.GgufWriter;
import dev.herd.llama.weights.LlamaConfig;
import dev.herd.llama.weights.MetadataValue;
import dev.herd.llama.weights.Role;
import dev.herd.llama.weights.RopeLayout;
import dev.herd.llama.weights.RopeScaling;
import dev.herd.llama.weights.TensorType;
import dev.herd.numerics.CounterRandom;
import dev.herd.numerics.block.BlockFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/// A Llama model of a released shape with random weights: what it computes is worth nothing, what that costs
/// is what a real one costs.
final class RandomModel {
    /// Llama 3.2 1B.
    static final LlamaConfig ONE_B = shape(16, 2048, 8192, 32, 8, 128_256, true);

    /// Llama 3.1 8B.
    static final LlamaConfig EIGHT_B = shape(32, 4096, 14_336, 32, 8, 128_256, false);

    /// Numbers that are drawn; matrices repeat them, each from another place on.
    private static final int DRAWN = 1 << 20;

    private static final long SEED = 5;

    private RandomModel() {}

    static LlamaConfig shape(int layers, int width, int hidden, int heads, int kvHeads, int vocabulary, boolean tied) {
        return new LlamaConfig(
                layers,
                width,
                hidden,
                heads,
                kvHeads,
                width / heads,
                vocabulary,
                131_072,
                500_000,
                new RopeScaling.None(),
                RopeLayout.INTERLEAVED,
                1e-5,
                tied);
    }

    /// Writes it without a vocabulary, every matrix in one type.
    static void write(LlamaConfig shape, TensorType type, Path file) {
        GgufWriter writer = new GgufWriter();
        writer.put("general.architecture", new MetadataValue.Text("llama"));
        writer.put("tokenizer.ggml.model", new MetadataValue.Text("none"));
        whole(writer, "llama.block_count", shape.layers());
        whole(writer, "llama.embedding_length", shape.width());
        whole(writer, "llama.feed_forward_length", shape.hidden());
        whole(writer, "llama.attention.head_count", shape.heads());
        whole(writer, "llama.attention.head_count_kv", shape.kvHeads());
        whole(writer, "llama.rope.dimension_count", shape.headDim());
        whole(writer, "llama.vocab_size", shape.vocabulary());
        whole(writer, "llama.context_length", shape.contextLength());
        writer.put("llama.rope.freq_base", new MetadataValue.Real(shape.ropeTheta()));
        writer.put("llama.attention.layer_norm_rms_epsilon", new MetadataValue.Real(shape.normEps()));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment blocks = blocks(type.format(), arena);
            for (Role role : Role.values()) {
                if (role == Role.OUTPUT && shape.tied()) {
                    continue;
                }
                for (int layer = 0; layer < (role.perLayer() ? shape.layers() : 1); layer++) {
                    add(writer, role, layer, shape, type, blocks);
                }
            }
            writer.write(file);
        }
    }

    private static void whole(GgufWriter writer, String key, long value) {
        writer.put(key, new MetadataValue.Whole(value));
    }

    private static void add(
            GgufWriter writer, Role role, int layer, LlamaConfig shape, TensorType type, MemorySegment blocks) {
        long[] extents = role.shape(shape);
        String name = role.ggufName(layer);
        if (extents.length == 1) {
            writer.tensor(name, TensorType.F32, extents, ones -> {
                for (long i = 0; i < ones.byteSize() / Float.BYTES; i++) {
                    ones.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, 1);
                }
            });
            return;
        }
        long first = CounterRandom.below(
                        SEED, role.ordinal(), layer, DRAWN / type.format().width())
                * type.format().bytes();
        writer.tensor(name, type, extents, all -> repeat(blocks, first, all));
    }

    private static void repeat(MemorySegment blocks, long first, MemorySegment all) {
        long from = first;
        for (long at = 0; at < all.byteSize(); ) {
            long count = Math.min(blocks.byteSize() - from, all.byteSize() - at);
            MemorySegment.copy(blocks, from, all, at, count);
            at += count;
            from = 0;
        }
    }

    private static MemorySegment blocks(BlockFormat format, Arena arena) {
        MemorySegment numbers = arena.allocate((long) DRAWN * Float.BYTES, 64);
        for (int i = 0; i < DRAWN; i++) {
            numbers.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (0.02 * CounterRandom.gaussian(SEED, 99, i)));
        }
        long count = DRAWN / format.width();
        MemorySegment blocks = arena.allocate(count * format.bytes(), 64);
        format.encode(numbers, 0, blocks, 0, count);
        return blocks;
    }
}
