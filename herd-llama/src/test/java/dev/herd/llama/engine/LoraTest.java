package dev.herd.llama.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.llama.SharedData;
import dev.herd.llama.quantize.ModelQuantizer;
import dev.herd.llama.quantize.WeightPrecision;
import dev.herd.llama.weights.Role;
import dev.herd.llama.weights.WeightFile;
import dev.herd.numerics.CounterRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Adapters of random numbers, large enough to turn every logit, against weights that they are merged into.
class LoraTest {
    private static final double ROUNDING = 2e-4;

    @TempDir
    private Path folder;

    private static float[][] logits(WeightFile file, List<Adapter> adapters, int... tokens) {
        try (LlamaEngine engine =
                        LlamaEngine.open(file, EngineOptions.defaults().withAdapters(adapters));
                Sequence sequence = engine.sequence()) {
            return engine.step(List.of(new Chunk(sequence, tokens, Chunk.Output.LOGITS)));
        }
    }

    private static float[][] logits(Path model, List<Adapter> adapters, int... tokens) {
        try (WeightFile file = WeightFile.open(model)) {
            return logits(file, adapters, tokens);
        }
    }

    private static int[] tokens(int below) {
        int[] tokens = new int[30];
        Arrays.setAll(tokens, i -> (int) CounterRandom.below(21, 0, i, below));
        return tokens;
    }

    private static double distance(float[][] a, float[][] b) {
        double worst = 0;
        for (int i = 0; i < a.length; i++) {
            for (int id = 0; id < a[i].length; id++) {
                worst = Math.max(worst, Math.abs(a[i][id] - b[i][id]));
            }
        }
        return worst;
    }

    @Test
    void adaptersOfAGgufFileAreTheWeightsThatTheyAreMergedInto() {
        Path model = SharedData.path("llama-golden/model-f32.gguf");
        Path one = folder.resolve("one.gguf");
        Path two = folder.resolve("two.gguf");
        Path merged = folder.resolve("merged.gguf");
        int[] tokens = tokens(1744);
        try (WeightFile file = WeightFile.open(model)) {
            LoraPairs first = new LoraPairs(file.config(), 1);
            for (Role role : Role.values()) {
                if (role.shape(file.config()).length == 2 && role != Role.TOKEN_EMBEDDING) {
                    first.add(role, role.perLayer() ? 1 : 0, 5);
                }
            }
            LoraPairs second =
                    new LoraPairs(file.config(), 2).add(Role.QUERY, 0, 3).add(Role.DOWN, 1, 16);
            first.writeGguf(one, 12);
            second.writeGguf(two, 8);
            first.merge(file, 12 * 0.5).merge(second, 8).write(merged);
            List<Adapter> both = List.of(new Adapter(one, 0.5), new Adapter(two, 1));
            float[][] expected = logits(merged, List.of(), tokens);
            assertThat(distance(logits(file, List.of(), tokens), expected)).isGreaterThan(0.5);
            assertThat(distance(logits(file, List.of(new Adapter(one, 0.5)), tokens), expected))
                    .isGreaterThan(0.1);
            float[][] found = logits(file, both, tokens);
            assertThat(distance(found, expected)).isLessThan(ROUNDING);
            try (LlamaEngine engine = LlamaEngine.open(
                            file, EngineOptions.defaults().withAdapters(both).withBatch(3));
                    Sequence sequence = engine.sequence()) {
                for (int at = 0; at < tokens.length; at += at == 0 ? 1 : 3) {
                    int[] part = Arrays.copyOfRange(tokens, at, Math.min(tokens.length, at + (at == 0 ? 1 : 3)));
                    assertThat(engine.step(List.of(new Chunk(sequence, part, Chunk.Output.LOGITS))))
                            .isEqualTo(Arrays.copyOfRange(found, at, at + part.length));
                }
            }
        }
    }

    /// Query and key rows stand in another order in a GGUF file than in a folder and its adapters.
    @Test
    void anAdapterOfAFolderFitsTheFolderAndTheGgufFileMadeOfIt() throws IOException {
        Path original = SharedData.path("hf-golden/llama-tiny-tied-bf16");
        Path gguf = folder.resolve("model.gguf");
        Path merged = folder.resolve("merged.gguf");
        Path peft = Files.createDirectory(folder.resolve("peft"));
        Path own = folder.resolve("own.gguf");
        int[] tokens = tokens(500);
        try (WeightFile file = WeightFile.open(original)) {
            ModelQuantizer.write(
                    file, Optional.empty(), ModelQuantizer.Options.of(WeightPrecision.BF16), gguf, Progress.SILENT);
            LoraPairs pairs = new LoraPairs(file.config(), 3)
                    .add(Role.QUERY, 0, 4)
                    .add(Role.KEY, 0, 4)
                    .add(Role.VALUE, 1, 4)
                    .add(Role.UP, 1, 4);
            pairs.writePeft(peft, 16, "");
            List<Adapter> adapter = List.of(new Adapter(peft, 1));
            try (WeightFile converted = WeightFile.open(gguf)) {
                LoraPairs turned = pairs.interleaved();
                turned.merge(converted, 16).write(merged);
                turned.writeGguf(own, 16);
            }
            float[][] expected = logits(merged, List.of(), tokens);
            assertThat(distance(logits(gguf, List.of(), tokens), expected)).isGreaterThan(0.1);
            assertThat(distance(logits(gguf, adapter, tokens), expected)).isLessThan(ROUNDING);
            assertThat(distance(logits(file, adapter, tokens), expected)).isLessThan(ROUNDING);
            assertThat(distance(logits(file, List.of(new Adapter(own, 1)), tokens), expected))
                    .isLessThan(ROUNDING);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "r": 8            | r is 8, but there are tensors of rank 4
            "use_dora": true  | use_dora is true, which is not read
            "peft_type": "IA3" | peft_type is "IA3"; only LORA is read
            "bias": "all"     | bias is "all"; only adapters without are read
            "rank_pattern": {"q_proj": 2} | rank_pattern is {"q_proj":2}, which is not read
            "lora_alpha": 0   | lora_alpha must be a positive number, found 0
            """)
    void settingsThatMeanSomethingElseAreRefused(String setting, String message) throws IOException {
        Path model = SharedData.path("hf-golden/llama-tiny-tied-bf16");
        try (WeightFile file = WeightFile.open(model)) {
            new LoraPairs(file.config(), 3).add(Role.QUERY, 0, 4).writePeft(folder, 16, setting);
            refuse(file, folder, folder.resolve("adapter_config.json") + ": " + message);
        }
    }

    @Test
    void tensorsThatDoNotFitAreNamedWithTheirShapes() {
        Path path = folder.resolve("lora.gguf");
        try (WeightFile file = WeightFile.open(SharedData.path("llama-golden/model-f32.gguf"))) {
            refuse(file, SharedData.path("llama-golden/model-f32.gguf"), "metadata general.type is ");
            new LoraPairs(file.config(), 1).add(Role.QUERY, 0, 4).writeGguf(path, 8, "blk.0.attn_q", "blk.7.attn_q");
            refuse(file, path, "tensor blk.7.attn_q.weight.lora_a [4, 256] adds to no matrix of this model's layers");
            new LoraPairs(file.config(), 1).add(Role.QUERY, 0, 4).writeGguf(path, 8, "lora_b", "lora_c");
            refuse(file, path, "tensor blk.0.attn_q.weight.lora_c [256, 4] adds to no matrix");
            new LoraPairs(file.config(), 1).add(Role.QUERY, 0, 4).writeGguf(path, 8, "attn_q", "ffn_up");
            refuse(
                    file,
                    path,
                    "tensor blk.0.ffn_up.weight.lora_b [256, 4] does not fit the model, which needs [512, 4], the rank"
                            + " of blk.0.ffn_up.weight.lora_a");
            new LoraPairs(file.config(), 1)
                    .add(Role.QUERY, 0, 4)
                    .writeGguf(path, 8, "attn_q.weight.lora_b", "ffn_up.weight.lora_b");
            refuse(
                    file,
                    path,
                    "tensor blk.0.attn_q.weight.lora_a [4, 256] stands alone; blk.0.attn_q.weight.lora_b is missing");
        }
        assertThatThrownBy(() -> new Adapter(path, Double.NaN)).hasMessageContaining("must be finite");
    }

    private static void refuse(WeightFile file, Path adapter, String message) {
        EngineOptions options = EngineOptions.defaults().withAdapters(List.of(new Adapter(adapter, 1)));
        assertThatThrownBy(() -> LlamaEngine.open(file, options))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(message);
    }
}
