package dev.herd.llama.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.herd.llama.SharedData;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class LlamaConfigTest {
    private static final RopeScaling LLAMA_31 = new RopeScaling.Llama3(8, 1, 4, 8192);
    private static final RopeScaling LLAMA_32 = new RopeScaling.Llama3(32, 1, 4, 8192);

    @ParameterizedTest
    @CsvSource({
        "Llama 3.2 1B, 16, 2048, 8192, 32, 8, 64, 128256, true, 1235814400",
        "Llama 3.2 3B, 28, 3072, 8192, 24, 8, 128, 128256, true, 3212749824",
        "Llama 3 8B, 32, 4096, 14336, 32, 8, 128, 128256, false, 8030261248",
        "Llama 3 70B, 80, 8192, 28672, 64, 8, 128, 128256, false, 70553706496",
        "Llama 3.1 405B, 126, 16384, 53248, 128, 8, 128, 128256, false, 405853388800",
        "Llama 2 7B, 32, 4096, 11008, 32, 32, 128, 32000, false, 6738415616",
        "Llama Guard 3 1B before its output was cut, 12, 2048, 6400, 32, 8, 64, 128256, false, 1123076096"
    })
    void countsTheParametersOfReleasedModels(
            String name,
            int layers,
            int width,
            int hidden,
            int heads,
            int kvHeads,
            int headDim,
            int vocabulary,
            boolean tied,
            long parameters) {
        assertThat(read(json(layers, width, hidden, heads, kvHeads, headDim, vocabulary, tied))
                        .parameters())
                .as(name)
                .isEqualTo(parameters);
    }

    @ParameterizedTest
    @CsvSource({
        "16, 2048, 8192, 32, 64, 32768",
        "28, 3072, 8192, 24, 128, 114688",
        "32, 4096, 14336, 32, 128, 131072",
        "80, 8192, 28672, 64, 128, 327680",
        "126, 16384, 53248, 128, 128, 516096"
    })
    void countsTheCacheOfOneToken(int layers, int width, int hidden, int heads, int headDim, long bytes) {
        LlamaConfig config = read(json(layers, width, hidden, heads, 8, headDim, 128_256, false));
        assertThat(2 * config.cacheNumbersPerToken()).as("bytes in bf16").isEqualTo(bytes);
    }

    @Test
    void theScalingOfLlama31KeepsFastFrequenciesAndSlowsSlowOnes() {
        double[] frequencies = config(128, LLAMA_31).frequencies();
        double[] plain = config(128, new RopeScaling.None()).frequencies();
        assertThat(frequencies[1]).isCloseTo(0.814617234, within(5e-10));
        assertThat(frequencies[28]).isEqualTo(plain[28]).isCloseTo(0.00321144599, within(5e-12));
        assertThat(frequencies[29]).isCloseTo(0.00216657076, within(5e-12)).isLessThan(plain[29]);
        assertThat(plain[34] / frequencies[34]).isCloseTo(5.257327, within(1e-6));
        assertThat(frequencies[35]).isEqualTo(plain[35] / 8).isCloseTo(9.55621235e-5, within(5e-14));
        assertThat(frequencies[63]).isCloseTo(3.06892599e-7, within(5e-16));
        assertThat(config(64, LLAMA_32).frequencies()[15]).isCloseTo(0.00129054793, within(5e-12));
        assertThat(config(128, LLAMA_32).frequencies()[63]).isCloseTo(7.67231497e-8, within(5e-17));
    }

    @Test
    void theFrequenciesAreThoseOfAnotherEngineInDouble() {
        JsonNode tables =
                Json.read(SharedData.path("hf-golden/ops/inv_freq.json")).path("tables");
        assertThat(tables.size()).isGreaterThan(4);
        for (JsonNode table : tables) {
            double factor = table.path("rope").path("factor").asDouble(0);
            RopeScaling scaling = factor == 0 ? new RopeScaling.None() : new RopeScaling.Llama3(factor, 1, 4, 8192);
            double[] found = config(table.path("head_dim").asInt(), scaling).frequencies();
            JsonNode expected = table.path("inv_freq_float64");
            assertThat(expected.size()).isEqualTo(found.length);
            for (int i = 0; i < found.length; i++) {
                assertThat(found[i] / expected.path(i).asDouble()).isCloseTo(1, within(1e-14));
            }
        }
    }

    @Test
    void wordsOfOldAndNewConfigurationsMeanTheSame() {
        String common = "\"model_type\":\"llama\",\"hidden_size\":64,\"intermediate_size\":176,\"num_hidden_layers\":4,"
                + "\"num_attention_heads\":8,\"num_key_value_heads\":2,\"vocab_size\":512,"
                + "\"max_position_embeddings\":2048,\"rms_norm_eps\":1e-05,";
        String rule = "\"factor\":8.0,\"high_freq_factor\":4.0,\"low_freq_factor\":1.0,"
                + "\"original_max_position_embeddings\":64,\"rope_type\":\"llama3\"";
        LlamaConfig old = read("{" + common + "\"rope_theta\":500000.0,\"rope_scaling\":{" + rule + "}}");
        LlamaConfig recent = read("{" + common + "\"rope_parameters\":{\"rope_theta\":500000.0," + rule + "}}");
        assertThat(old).isEqualTo(recent);
        assertThat(old.headDim()).as("width / heads where none is stated").isEqualTo(8);
        assertThat(old.tied()).as("not tied where nothing is stated").isFalse();
        assertThat(old.layout()).isEqualTo(RopeLayout.HALVES);
        assertThat(old.scaling()).isEqualTo(new RopeScaling.Llama3(8, 1, 4, 64));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"model_type\":\"mllama\" | model_type is mllama, which is not read; read is llama",
                "\"hidden_act\":\"gelu\" | hidden_act is gelu, which is not read; read is silu",
                "\"attention_bias\":true | attention_bias is true, which is not read; read is false",
                "\"rope_scaling\":{\"type\":\"yarn\",\"factor\":4} | rope_type is yarn, which is not read; read is default, linear and llama3",
                "\"rope_scaling\":{\"rope_type\":\"llama3\",\"factor\":8} | low_freq_factor of the rope scaling is missing",
                "\"quantization_config\":{\"quant_method\":\"gptq\"} | quantization_config is gptq, which is not read",
                "\"num_key_value_heads\":3 | heads must be a multiple of kvHeads, got 8 heads and 3 kvHeads",
                "\"num_key_value_heads\":9 | kvHeads must be 1 to 8, got 9",
                "\"num_hidden_layers\":4000000 | layers must be 1 to 4096, got 4000000",
                "\"hidden_size\":\"64\" | hidden_size must be a number, found \"64\"",
                "\"hidden_size\":64.5 | hidden_size must be a whole number of a model, found 64.5",
                "\"head_dim\":7 | headDim must be even, got 7"
            })
    void refusesWhatItCannotComputeAndSaysWhy(String change, String message) {
        JsonNode base = Json.MAPPER.readTree(json(4, 64, 176, 8, 2, 8, 512, false));
        JsonNode changed = Json.MAPPER.readTree("{" + change + "}");
        changed.properties()
                .forEach(one -> ((tools.jackson.databind.node.ObjectNode) base).set(one.getKey(), one.getValue()));
        assertThatThrownBy(() -> HuggingFaceConfig.of(Path.of("m/config.json"), base))
                .isInstanceOf(dev.herd.data.InputException.class)
                .hasMessageStartingWith("m/config.json: ")
                .hasMessageContaining(message);
    }

    private static LlamaConfig config(int headDim, RopeScaling scaling) {
        return new LlamaConfig(
                1, 64, 64, 1, 1, headDim, 16, 131_072, 500_000, scaling, RopeLayout.INTERLEAVED, 1e-5, true);
    }

    private static LlamaConfig read(String json) {
        return HuggingFaceConfig.of(Path.of("m/config.json"), Json.MAPPER.readTree(json));
    }

    private static String json(
            int layers, int width, int hidden, int heads, int kvHeads, int headDim, int vocabulary, boolean tied) {
        return "{\"model_type\":\"llama\",\"num_hidden_layers\":" + layers + ",\"hidden_size\":" + width
                + ",\"intermediate_size\":" + hidden + ",\"num_attention_heads\":" + heads
                + ",\"num_key_value_heads\":" + kvHeads + ",\"head_dim\":" + headDim + ",\"vocab_size\":" + vocabulary
                + ",\"max_position_embeddings\":131072,\"rope_theta\":500000.0,\"rms_norm_eps\":1e-05"
                + ",\"tie_word_embeddings\":" + tied + "}";
    }
}
