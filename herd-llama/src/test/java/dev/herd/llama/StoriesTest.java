package dev.herd.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.herd.llama.engine.Activations;
import dev.herd.llama.engine.EngineOptions;
import dev.herd.llama.engine.Sampling;
import dev.herd.llama.tokenizer.Stories260kVocabulary;
import dev.herd.llama.weights.GgufWriter;
import dev.herd.llama.weights.MetadataValue;
import dev.herd.llama.weights.Role;
import dev.herd.llama.weights.TensorType;
import dev.herd.llama.weights.WeightFile;
import dev.herd.llama.weights.WeightTensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A trained model of 260 thousand parameters whose text is published.
class StoriesTest {
    private static final int LAYERS = 5;
    private static final int WIDTH = 64;
    private static final int HIDDEN = 172;
    private static final int KV = 32;
    private static final int VOCABULARY = 512;

    @TempDir
    private Path folder;

    private Llama llama;

    @BeforeEach
    void open() throws IOException {
        byte[] bytes = Files.readAllBytes(SharedData.path("stories260k/stories260K.bin"));
        Path file = folder.resolve("stories.gguf");
        gguf(MemorySegment.ofArray(bytes), TensorType.F32).write(file);
        llama = Llama.of(WeightFile.open(file), Stories260kVocabulary.tokenizer(), EngineOptions.defaults());
    }

    @AfterEach
    void close() {
        if (llama != null) {
            llama.close();
        }
    }

    /// A model whose matrices are of a type, where their rows are whole blocks of it.
    private static GgufWriter gguf(MemorySegment bytes, TensorType type) {
        GgufWriter writer = new GgufWriter().put("general.architecture", new MetadataValue.Text("llama"));
        whole(writer, "llama.block_count", LAYERS);
        whole(writer, "llama.embedding_length", WIDTH);
        whole(writer, "llama.feed_forward_length", HIDDEN);
        whole(writer, "llama.attention.head_count", 8);
        whole(writer, "llama.attention.head_count_kv", 4);
        whole(writer, "llama.context_length", 512);
        writer.put("llama.rope.freq_base", new MetadataValue.Real(10_000));
        writer.put("llama.attention.layer_norm_rms_epsilon", new MetadataValue.Real(1e-5f));
        long at = 7 * 4;
        at = add(writer, bytes, at, Role.TOKEN_EMBEDDING, type, 1, VOCABULARY, WIDTH);
        at = add(writer, bytes, at, Role.ATTENTION_NORM, TensorType.F32, LAYERS, WIDTH);
        at = add(writer, bytes, at, Role.QUERY, type, LAYERS, WIDTH, WIDTH);
        at = add(writer, bytes, at, Role.KEY, type, LAYERS, KV, WIDTH);
        at = add(writer, bytes, at, Role.VALUE, type, LAYERS, KV, WIDTH);
        at = add(writer, bytes, at, Role.ATTENTION_OUTPUT, type, LAYERS, WIDTH, WIDTH);
        at = add(writer, bytes, at, Role.FFN_NORM, TensorType.F32, LAYERS, WIDTH);
        at = add(writer, bytes, at, Role.GATE, type, LAYERS, HIDDEN, WIDTH);
        at = add(writer, bytes, at, Role.DOWN, TensorType.F32, LAYERS, WIDTH, HIDDEN);
        at = add(writer, bytes, at, Role.UP, type, LAYERS, HIDDEN, WIDTH);
        add(writer, bytes, at, Role.OUTPUT_NORM, TensorType.F32, 1, WIDTH);
        return writer;
    }

    private static void whole(GgufWriter writer, String key, long value) {
        writer.put(key, new MetadataValue.Whole(value));
    }

    private static long add(
            GgufWriter writer, MemorySegment from, long at, Role role, TensorType type, int layers, long... shape) {
        long bytes = 4;
        for (long extent : shape) {
            bytes *= extent;
        }
        for (int layer = 0; layer < layers; layer++) {
            MemorySegment data = encoded(type, from.asSlice(at + layer * bytes, bytes));
            writer.tensor(new WeightTensor(role.ggufName(layer), type, shape, data));
        }
        return at + layers * bytes;
    }

    private static MemorySegment encoded(TensorType type, MemorySegment floats) {
        if (type == TensorType.F32) {
            return floats;
        }
        long numbers = floats.byteSize() / Float.BYTES;
        byte[] blocks = new byte[Math.toIntExact(type.format().rowBytes(numbers))];
        type.format()
                .encode(
                        floats,
                        0,
                        MemorySegment.ofArray(blocks),
                        0,
                        numbers / type.format().width());
        return MemorySegment.ofArray(blocks);
    }

    @ParameterizedTest
    @EnumSource(names = {"Q8_0", "Q4_0", "MXFP4"})
    void activationsOfEightBitsPredictThePublishedTextAsWell(TensorType type) throws IOException {
        byte[] bytes = Files.readAllBytes(SharedData.path("stories260k/stories260K.bin"));
        Path file = folder.resolve(type + ".gguf");
        gguf(MemorySegment.ofArray(bytes), type).write(file);
        double[] losses = new double[2];
        for (Activations kind : Activations.values()) {
            EngineOptions options = EngineOptions.defaults().withActivations(kind);
            try (Llama model = Llama.of(WeightFile.open(file), Stories260kVocabulary.tokenizer(), options)) {
                losses[kind.ordinal()] = -Arrays.stream(model.logProbabilities(published(), 256))
                        .average()
                        .orElseThrow();
            }
        }
        assertThat(losses[1]).isNotEqualTo(losses[0]).isCloseTo(losses[0], within(0.01));
    }

    private static String published() throws IOException {
        return Files.readString(SharedData.path("stories260k/expected-greedy-256.txt"));
    }

    @Test
    void thePublishedTextIsWrittenByteForByte() throws IOException {
        List<String> pieces = new ArrayList<>();
        Completion completion = llama.complete("", Request.greedy(256), pieces::add);
        assertThat(completion.text()).isEqualTo(published());
        assertThat(String.join("", pieces)).isEqualTo(completion.text());
        assertThat(completion.end()).isEqualTo(Completion.End.LENGTH);
        assertThat(completion.tokens()).hasSize(256);
        assertThat(completion.promptTokens()).isEqualTo(1);
        assertThat(completion.logProbabilities()).hasSize(256);
        for (double log : completion.logProbabilities()) {
            assertThat(log).isBetween(-6.0, 0.0);
        }
    }

    @Test
    void aPromptIsContinuedAndAStopStringEndsTheTextBeforeIt() throws IOException {
        Completion completion =
                llama.complete("Once upon a time", Request.greedy(100).withStops("park", "outside in"));
        assertThat("Once upon a time" + completion.text()).isEqualTo(published().split("outside in")[0]);
        assertThat(completion.end()).isEqualTo(Completion.End.STOP);
    }

    @Test
    void aListenerThatWantsNoMoreEndsTheText() {
        Completion completion = llama.complete("", Request.greedy(50), _ -> false);
        assertThat(completion.end()).isEqualTo(Completion.End.INTERRUPTED);
        assertThat(completion.tokens()).hasSize(1);
    }

    @Test
    void theSameSeedGivesTheSameTextAndAnotherSeedAnother() {
        Request request = Request.greedy(60).withSampling(Sampling.of(1, 7).withTopP(0.9));
        String text = llama.complete("", request).text();
        assertThat(llama.complete("", request).text()).isEqualTo(text);
        assertThat(llama.complete("", request.withSampling(Sampling.of(1, 8))).text())
                .isNotEqualTo(text);
    }
}
