package dev.herd.llama.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.herd.llama.SharedData;
import dev.herd.llama.weights.WeightFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// Logits against those that independent programs computed in double precision.
class GoldenLogitsTest {
    /// The pass mark that the data states for an engine with float activations.
    private static final double BOUND = 2e-3;

    /// After 9,000 positions, where fp32 angles would be wrong by 1.4e-3.
    private static final double LONG_BOUND = 2e-4;

    /// Those for one with activations of eight bits: root mean squares, and that of blocks of 256 weights.
    private static final double ROUNDED = 0.15;

    private static final double ROUNDED_K = 0.25;
    private static final EngineOptions FP32 = EngineOptions.defaults().withActivations(Activations.FP32);
    private static final EngineOptions INT8 = EngineOptions.defaults().withActivations(Activations.INT8);

    @ParameterizedTest
    @ValueSource(strings = {"f32", "f16", "q8_0", "q4_0", "q4_k", "q4_k_m", "q5_k_m", "q6_k", "mxfp4"})
    void everyTensorTypeGivesTheLogitsOfTheReference(String type) throws IOException {
        try (WeightFile file = WeightFile.open(SharedData.path("llama-golden/model-" + type + ".gguf"));
                LlamaEngine engine = LlamaEngine.open(file, FP32)) {
            for (String prompt : List.of("p8", "p64", "p300")) {
                assertThat(worst(engine, type, prompt)).as(type + " " + prompt).isLessThan(BOUND);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"f32", "q4_k_m"})
    void aPromptBeyondTheOriginalContextGivesTheLogitsOfTheReference(String type) throws IOException {
        assertThat(worstAfterLongPrompt(type)).isLessThan(LONG_BOUND);
    }

    /// The other types, which take the same way through attention, at up to four seconds of processor time
    /// each: `-Dherd.goldens=all` runs them too.
    @ParameterizedTest
    @ValueSource(strings = {"f16", "q8_0", "q4_0", "q4_k", "q5_k_m", "q6_k", "mxfp4"})
    @EnabledIfSystemProperty(named = "herd.goldens", matches = "all")
    void aPromptBeyondTheOriginalContextDoesSoWithEveryTensorType(String type) throws IOException {
        assertThat(worstAfterLongPrompt(type)).isLessThan(LONG_BOUND);
    }

    private static double worstAfterLongPrompt(String type) throws IOException {
        EngineOptions options = FP32.withThreads(2).withPositions(9_000);
        try (WeightFile file = WeightFile.open(SharedData.path("llama-golden/model-" + type + ".gguf"));
                LlamaEngine engine = LlamaEngine.open(file, options)) {
            return worst(engine, type, "p9000");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"q8_0", "q4_0", "q4_k", "q4_k_m", "q5_k_m", "q6_k", "mxfp4"})
    void roundedActivationsStayWithinThePassMarkAndAmongTheLikeliestTokens(String type) throws IOException {
        try (WeightFile file = WeightFile.open(SharedData.path("llama-golden/model-" + type + ".gguf"));
                LlamaEngine engine = LlamaEngine.open(file, INT8)) {
            for (String prompt : List.of("p8", "p64", "p300")) {
                float[][] found = logits(engine, type, prompt);
                FloatBuffer golden = golden(type, prompt);
                double bound = type.contains("_k") ? ROUNDED_K : ROUNDED;
                double error = rootMeanSquare(found, golden);
                assertThat(error).as(type + " " + prompt).isPositive().isLessThan(bound);
                float[] last = new float[engine.config().vocabulary()];
                golden.get(golden.limit() - last.length, last);
                float chosen = last[greedy(found[found.length - 1])];
                long likelier = IntStream.range(0, last.length)
                        .filter(token -> last[token] > chosen)
                        .count();
                assertThat(likelier).as(type + " " + prompt).isLessThan(5);
            }
        }
    }

    private static double worst(LlamaEngine engine, String type, String prompt) throws IOException {
        return distance(logits(engine, type, prompt), golden(type, prompt));
    }

    private static float[][] logits(LlamaEngine engine, String type, String prompt) throws IOException {
        int[] tokens = ints(SharedData.path("llama-golden/tokens/" + prompt + ".tokens.i32"));
        boolean every = golden(type, prompt).remaining() > engine.config().vocabulary();
        try (Sequence sequence = engine.sequence()) {
            return every
                    ? engine.step(List.of(new Chunk(sequence, tokens, Chunk.Output.LOGITS)))
                    : new float[][] {engine.prefill(sequence, tokens)};
        }
    }

    private static FloatBuffer golden(String type, String prompt) throws IOException {
        return floats(SharedData.path("llama-golden/logits/" + type + "." + prompt + ".ref64.f32.gz"));
    }

    private static double rootMeanSquare(float[][] found, FloatBuffer golden) {
        assertThat(golden.remaining()).isEqualTo(found.length * found[0].length);
        double squares = 0;
        int at = 0;
        for (float[] row : found) {
            for (float logit : row) {
                double difference = (double) logit - golden.get(at++);
                squares += difference * difference;
            }
        }
        return Math.sqrt(squares / at);
    }

    @ParameterizedTest
    @CsvSource({
        "llama-tiny, p1, 2e-5",
        "llama-tiny, p17, 8e-5",
        "llama-tiny, p300, 3e-4",
        "llama-tiny-tied-bf16, p1, 3e-5",
        "llama-tiny-tied-bf16, p17, 2e-4",
        "llama-tiny-tied-bf16, p300, 4e-4"
    })
    void foldersGiveTheLogitsAndTheGreedyTokensOfTheReference(String model, String prompt, double bound)
            throws IOException {
        Path folder = SharedData.path("hf-golden/" + model);
        JsonNode golden =
                new ObjectMapper().readTree(folder.resolve("golden.json").toFile());
        JsonNode here = named(golden.get("prompts"), prompt);
        try (WeightFile file = WeightFile.open(folder);
                LlamaEngine engine = LlamaEngine.open(file, FP32);
                Sequence sequence = engine.sequence()) {
            float[][] found = engine.step(List.of(new Chunk(sequence, ids(here.get("ids")), Chunk.Output.LOGITS)));
            assertThat(distance(found, floats(folder.resolve(prompt + ".logits.bin.gz"))))
                    .isLessThan(bound);
            float[] last = found[found.length - 1];
            for (int wanted : ids(here.get("greedy_32"))) {
                int token = greedy(last);
                assertThat(token).isEqualTo(wanted);
                last = engine.step(List.of(Chunk.of(sequence, token)))[0];
            }
        }
    }

    static int greedy(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }

    private static JsonNode named(JsonNode prompts, String name) {
        for (JsonNode prompt : prompts) {
            if (prompt.get("name").asString().equals(name)) {
                return prompt;
            }
        }
        throw new AssertionError("no prompt " + name);
    }

    private static int[] ids(JsonNode array) {
        int[] ids = new int[array.size()];
        Arrays.setAll(ids, i -> array.get(i).asInt());
        return ids;
    }

    private static double distance(float[][] found, FloatBuffer golden) {
        assertThat(golden.remaining()).isEqualTo(found.length * found[0].length);
        double worst = 0;
        for (float[] row : found) {
            for (float logit : row) {
                double difference = Math.abs((double) logit - golden.get());
                worst = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(worst, difference);
            }
        }
        return worst;
    }

    private static int[] ints(Path path) throws IOException {
        var buffer = ByteBuffer.wrap(Files.readAllBytes(path))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer();
        int[] ints = new int[buffer.remaining()];
        buffer.get(ints);
        return ints;
    }

    private static FloatBuffer floats(Path path) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(path))) {
            return ByteBuffer.wrap(in.readAllBytes())
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer();
        }
    }
}
