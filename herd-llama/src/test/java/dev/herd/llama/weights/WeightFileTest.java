package dev.herd.llama.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.InputException;
import dev.herd.llama.SharedData;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightFileTest {
    @Test
    void aGgufFileTellsTheShapeOfItsModel() {
        try (WeightFile file = WeightFile.open(SharedData.path("llama-golden/model-f32.gguf"))) {
            LlamaConfig config = file.config();
            assertThat(config.layers()).isEqualTo(2);
            assertThat(config.width()).isEqualTo(256);
            assertThat(config.hidden()).isEqualTo(512);
            assertThat(config.heads()).isEqualTo(4);
            assertThat(config.kvHeads()).isEqualTo(2);
            assertThat(config.headDim()).isEqualTo(64);
            assertThat(config.vocabulary()).isEqualTo(2000);
            assertThat(config.contextLength()).isEqualTo(131_072);
            assertThat(config.ropeTheta()).isEqualTo(500_000);
            assertThat(config.normEps()).isEqualTo((double) 1e-5f);
            assertThat(config.tied()).isTrue();
            assertThat(config.layout()).isEqualTo(RopeLayout.INTERLEAVED);
            assertThat(config.scaling()).isInstanceOf(RopeScaling.Factors.class);
            assertThat(file.tensor(Role.OUTPUT)).isSameAs(file.tensor(Role.TOKEN_EMBEDDING));
            assertThat(file.metadata().texts("tokenizer.ggml.tokens").orElseThrow())
                    .hasSize(2000)
                    .startsWith("!", "\"", "#")
                    .contains("<|begin_of_text|>");
        }
    }

    /// The bounds are those of rounding: half a step of the largest number of a block.
    @ParameterizedTest
    @CsvSource({
        "f16, 0.0005",
        "q8_0, 0.004",
        "q4_0, 0.13",
        "q4_k, 0.09",
        "q4_k_m, 0.09",
        "q5_k_m, 0.05",
        "q6_k, 0.04",
        "mxfp4, 0.3"
    })
    void quantizedFilesHoldTheSameNumbersButForTheirRounding(String type, double relative) {
        try (WeightFile exact = WeightFile.open(SharedData.path("llama-golden/model-f32.gguf"));
                WeightFile rounded = WeightFile.open(SharedData.path("llama-golden/model-" + type + ".gguf"))) {
            for (Role role : new Role[] {Role.QUERY, Role.VALUE, Role.DOWN, Role.GATE}) {
                float[] expected = exact.tensor(role, 1).decode();
                float[] found = rounded.tensor(role, 1).decode();
                double largest = 0;
                double worst = 0;
                for (int i = 0; i < expected.length; i++) {
                    largest = Math.max(largest, Math.abs(expected[i]));
                    worst = Math.max(worst, Math.abs(expected[i] - found[i]));
                }
                assertThat(worst / largest).as(role + " of " + type).isBetween(1e-9, relative);
            }
        }
    }

    @Test
    void aFolderOfOneFileIsAModel() {
        try (WeightFile file = WeightFile.open(SharedData.path("hf-golden/llama-tiny"))) {
            LlamaConfig config = file.config();
            assertThat(config.parameters()).isEqualTo(242_240);
            assertThat(config.layout()).isEqualTo(RopeLayout.HALVES);
            assertThat(config.scaling()).isEqualTo(new RopeScaling.Llama3(8, 1, 4, 64));
            assertThat(file.tensor(Role.KEY, 3).name()).isEqualTo("model.layers.3.self_attn.k_proj.weight");
            assertThat(file.tensor(Role.KEY, 3).shape()).containsExactly(16, 64);
            assertThat(file.tensor(Role.OUTPUT)).isNotSameAs(file.tensor(Role.TOKEN_EMBEDDING));
            assertThat(file.metadata().whole("bos_token_id")).hasValue(510);
        }
    }

    @Test
    void aFolderOfSeveralFilesIsAModel() {
        try (WeightFile file = WeightFile.open(SharedData.path("hf-golden/llama-tiny-tied-bf16"))) {
            assertThat(file.config().parameters()).isEqualTo(250_432);
            assertThat(file.config().headDim()).isEqualTo(16);
            assertThat(file.config().tied()).isTrue();
            assertThat(file.tensor(Role.OUTPUT)).isSameAs(file.tensor(Role.TOKEN_EMBEDDING));
            assertThat(file.tensors()).allMatch(tensor -> tensor.type() == TensorType.BF16);
            assertThat(file.tensors().stream().mapToLong(WeightTensor::elements).sum())
                    .isEqualTo(250_432);
        }
    }

    @Test
    void aModelWithPicturesIsRefusedByItsName() {
        assertThatThrownBy(() -> WeightFile.open(SharedData.path("hf-golden/mllama-tiny")))
                .isInstanceOf(InputException.class)
                .hasMessageEndingWith("config.json: model_type is mllama, which is not read; read is llama");
    }

    @Test
    void aFileWithAVocabularyAloneOpensButIsNoModel() {
        Path path = SharedData.path("gguf-vocabs/ggml-vocab-llama-spm.gguf");
        try (GgufFile file = GgufFile.open(path)) {
            assertThat(file.metadata().texts("tokenizer.ggml.tokens").orElseThrow())
                    .hasSize(32_000)
                    .startsWith("<unk>", "<s>", "</s>", "<0x00>");
            assertThat(file.metadata().floats("tokenizer.ggml.scores").orElseThrow())
                    .hasSize(32_000);
            assertThat(file.metadata().wholes("tokenizer.ggml.token_type").orElseThrow())
                    .hasSize(32_000)
                    .startsWith(2, 3, 3, 6);
        }
        assertThatThrownBy(() -> WeightFile.open(path))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("token_embd.weight is missing");
    }
}
