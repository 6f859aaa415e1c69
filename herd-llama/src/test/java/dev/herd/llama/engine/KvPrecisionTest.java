package dev.herd.llama.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.InputException;
import dev.herd.llama.SharedData;
import dev.herd.llama.weights.LlamaConfig;
import dev.herd.llama.weights.RopeLayout;
import dev.herd.llama.weights.RopeScaling;
import dev.herd.llama.weights.WeightFile;
import dev.herd.numerics.CounterRandom;
import dev.herd.numerics.block.BlockFormat;
import dev.herd.numerics.kernel.PanelProduct.Panel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class KvPrecisionTest {
    private static LlamaEngine open(WeightFile file, KvPrecision kv) {
        return LlamaEngine.open(
                file,
                EngineOptions.defaults().withThreads(2).withPositions(1024).withKv(kv));
    }

    private static WeightFile golden() {
        return WeightFile.open(SharedData.path("llama-golden/model-f32.gguf"));
    }

    private static int[] tokens(int count, int stream) {
        int[] tokens = new int[count];
        Arrays.setAll(tokens, i -> (int) CounterRandom.below(8, stream, i, 1744));
        return tokens;
    }

    private static int[] joined(int[] a, int... b) {
        int[] all = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, all, a.length, b.length);
        return all;
    }

    private static float[][] whole(LlamaEngine engine, int... tokens) {
        try (Sequence sequence = engine.sequence()) {
            return engine.step(List.of(new Chunk(sequence, tokens, Chunk.Output.LOGITS)));
        }
    }

    /// The logits of this model have a standard deviation of about 2.
    @ParameterizedTest
    @CsvSource({"FP16, 0.03, 0.003", "Q8, 0.6, 0.06"})
    void logitsStayNearThoseOfFp32(KvPrecision kv, double most, double deviation) {
        try (WeightFile file = golden();
                LlamaEngine exact = open(file, KvPrecision.FP32);
                LlamaEngine rounded = open(file, kv)) {
            int[] tokens = tokens(200, 1);
            float[][] expected = whole(exact, tokens);
            float[][] found = whole(rounded, tokens);
            double worst = 0;
            double squares = 0;
            for (int i = 0; i < tokens.length; i++) {
                for (int id = 0; id < expected[i].length; id++) {
                    double difference = found[i][id] - expected[i][id];
                    worst = Math.max(worst, Math.abs(difference));
                    squares += difference * difference;
                }
            }
            assertThat(worst).isBetween(1e-5, most);
            assertThat(Math.sqrt(squares / tokens.length / expected[0].length)).isLessThan(deviation);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "FP32", mode = EnumSource.Mode.EXCLUDE)
    void theBitsAreTheSameInAnyChunksOnForksAndOnRememberedPages(KvPrecision kv) {
        try (WeightFile file = golden();
                LlamaEngine engine = open(file, kv)) {
            int[] prompt = tokens(150, 2);
            float[][] expected = whole(engine, prompt);
            try (Sequence sequence = engine.sequence()) {
                for (int at = 0; at < prompt.length; at += 7) {
                    int[] part = Arrays.copyOfRange(prompt, at, Math.min(prompt.length, at + 7));
                    assertThat(engine.step(List.of(new Chunk(sequence, part, Chunk.Output.LOGITS))))
                            .isEqualTo(Arrays.copyOfRange(expected, at, at + part.length));
                }
                for (int kept : new int[] {150, 70, 64}) {
                    int[] rest = tokens(40, 3 + kept);
                    float[][] alone = whole(engine, joined(Arrays.copyOf(prompt, kept), rest));
                    try (Sequence fork = sequence.fork(kept)) {
                        assertThat(engine.prefill(fork, rest)).isEqualTo(alone[alone.length - 1]);
                    }
                }
                engine.remember(sequence, prompt);
            }
            try (Sequence known = engine.sequence(prompt)) {
                assertThat(known.length()).isEqualTo(128);
                assertThat(engine.prefill(known, Arrays.copyOfRange(prompt, 128, 150)))
                        .isEqualTo(expected[149]);
            }
            assertThat(engine.freePositions()).isEqualTo(1024);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPageHoldsEachPositionAsTheFormatRoundsIt(KvPrecision kv) {
        LlamaConfig config = config(64);
        int dim = config.headDim();
        int slots = 5;
        BlockFormat format = kv.format();
        try (Arena arena = Arena.ofConfined()) {
            KvPages pages = new KvPages(arena, config, kv, 2);
            MemorySegment scratch = arena.allocate(KvPages.panelFloats(config) * Float.BYTES);
            MemorySegment block = arena.allocate(format.rowBytes(dim));
            MemorySegment rows = arena.allocate(2L * config.kvHeads() * dim * Float.BYTES);
            pages.acquire();
            int page = pages.acquire();
            for (int slot = 0; slot < slots; slot++) {
                fill(rows, slot);
                pages.put(page, slot, 1, rows, rows.asSlice(rows.byteSize() / 2), 0);
            }
            for (int slot = 0; slot < slots; slot++) {
                fill(rows, slot);
                for (int head = 0; head < config.kvHeads(); head++) {
                    format.encode(rows, (long) head * dim, block, 0, dim / format.width());
                    float[] key = format.decode(block, 0, dim / format.width());
                    Panel keys = pages.keys(page, 1, head, scratch);
                    for (int d = 0; d < dim; d++) {
                        assertThat(number(keys, d, slot)).isEqualTo(key[d]);
                    }
                    format.encode(rows, (long) (config.kvHeads() + head) * dim, block, 0, dim / format.width());
                    float[] value = format.decode(block, 0, dim / format.width());
                    Panel values = pages.values(page, 1, head, slots, scratch);
                    for (int d = 0; d < dim; d++) {
                        assertThat(number(values, slot, d)).isEqualTo(value[d]);
                    }
                }
            }
        }
    }

    private static void fill(MemorySegment rows, int slot) {
        for (long i = 0; i < rows.byteSize() / Float.BYTES; i++) {
            rows.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) CounterRandom.gaussian(9, slot, i));
        }
    }

    private static float number(Panel panel, int row, int column) {
        return panel.segment().getAtIndex(ValueLayout.JAVA_FLOAT, panel.at() + (long) row * panel.stride() + column);
    }

    /// The shape of Llama 3.1 8B but for the head.
    private static LlamaConfig config(int headDim) {
        return new LlamaConfig(
                32,
                4096,
                14336,
                32,
                8,
                headDim,
                128_256,
                131_072,
                500_000,
                new RopeScaling.None(),
                RopeLayout.INTERLEAVED,
                1e-5,
                false);
    }

    @ParameterizedTest
    @CsvSource({"FP32, 34359738368", "FP16, 17179869184", "Q8, 9126805504"})
    void memoryIsKnownBeforeAnyIsTaken(KvPrecision kv, long bytes) {
        assertThat(LlamaEngine.cacheBytes(config(128), kv, 131_072)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @EnumSource
    void headsThatAreNoWholeBlocksAreRefused(KvPrecision kv) {
        if (kv == KvPrecision.Q8) {
            assertThatThrownBy(() -> kv.check(config(8)))
                    .isInstanceOf(InputException.class)
                    .hasMessage("keys and values in Q8 need heads of whole blocks of 32 numbers, those of this model"
                            + " have 8; take FP16 or FP32");
        } else {
            kv.check(config(8));
        }
    }
}
