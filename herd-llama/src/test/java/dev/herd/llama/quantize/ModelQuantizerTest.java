package dev.herd.llama.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.llama.SharedData;
import dev.herd.llama.engine.Chunk;
import dev.herd.llama.engine.EngineOptions;
import dev.herd.llama.engine.LlamaEngine;
import dev.herd.llama.engine.Sequence;
import dev.herd.llama.quantize.ModelQuantizer.Options;
import dev.herd.llama.tokenizer.Tokenizer;
import dev.herd.llama.weights.RopeScaling;
import dev.herd.llama.weights.TensorType;
import dev.herd.llama.weights.WeightFile;
import dev.herd.llama.weights.WeightTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ModelQuantizerTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(names = {"F16", "Q8_0", "Q4_0", "MXFP4"})
    void everyTensorHasTheBytesThatAnotherEngineWrites(WeightPrecision precision) {
        try (WeightFile ours = quantized(precision);
                WeightFile theirs = golden(precision.name())) {
            assertThat(ours.tensors()).hasSameSizeAs(theirs.tensors());
            for (WeightTensor tensor : ours.tensors()) {
                WeightTensor other = named(theirs, tensor.name());
                assertThat(tensor.toString()).isEqualTo(other.toString());
                assertThat(tensor.data().mismatch(other.data()))
                        .as(tensor.name())
                        .isEqualTo(-1);
            }
            for (String key : theirs.metadata().keys()) {
                assertThat(ours.metadata().value(key).orElseThrow().described())
                        .isEqualTo(theirs.metadata().value(key).orElseThrow().described());
            }
        }
    }

    /// The scales of these formats are searched, in fp32, where the order and the fusing of operations
    /// decide between scales that are nearly as good.
    @ParameterizedTest
    @CsvSource({"Q4_K, 1.0005", "Q6_K, 1.0005"})
    void searchedScalesAreAsGoodAsThoseOfAnotherEngine(WeightPrecision precision, double bound) {
        try (WeightFile model = golden("f32");
                WeightFile ours = quantized(precision);
                WeightFile theirs = golden(precision.name())) {
            for (WeightTensor tensor : ours.tensors()) {
                WeightTensor source = named(model, tensor.name());
                WeightTensor other = named(theirs, tensor.name());
                assertThat(tensor.type()).isEqualTo(other.type());
                assertThat(error(tensor, source)).as(tensor.name()).isLessThanOrEqualTo(bound * error(other, source));
            }
        }
    }

    @Test
    void fourBitModelsKeepMoreOfTheirEmbeddings() {
        Path out = folder.resolve("small.gguf");
        try (WeightFile model = golden("f32")) {
            QuantizeReport report = ModelQuantizer.write(
                    model, Optional.empty(), Options.of(WeightPrecision.Q4_0), out, Progress.SILENT);
            assertThat(report.types().stream().map(QuantizeReport.TypeLoss::type))
                    .containsExactly(TensorType.F32, TensorType.Q4_0, TensorType.Q6_K);
            assertThat(report.bytes()).isEqualTo(out.toFile().length());
            assertThat(report.types().getFirst().relativeError()).isZero();
            assertThat(report.types().get(1).relativeError()).isBetween(0.08, 0.13);
            assertThat(report.types().get(2).relativeError()).isBetween(0.015, 0.025);
            assertThat(report.types().get(2).tensors()).isEqualTo(1);
        }
    }

    @Test
    void aFolderBecomesAFileThatGivesTheSameLogits() {
        int[] tokens = {1, 5, 9, 2, 77, 31, 8, 60, 3, 3, 14, 15, 92, 65, 35, 89, 79, 32, 38, 46};
        Path out = folder.resolve("model.gguf");
        try (WeightFile model = WeightFile.open(SharedData.path("hf-golden/llama-tiny-tied-bf16"))) {
            ModelQuantizer.write(model, Optional.empty(), Options.of(WeightPrecision.BF16), out, Progress.SILENT);
            try (WeightFile written = WeightFile.open(out)) {
                assertThat(written.config().scaling()).isInstanceOf(RopeScaling.Factors.class);
                assertThat(written.config().parameters())
                        .isEqualTo(model.config().parameters());
                float[] expected = logits(model, tokens);
                float[] found = logits(written, tokens);
                for (int i = 0; i < found.length; i++) {
                    assertThat(found[i]).isCloseTo(expected[i], within(2e-4f));
                }
            }
        }
    }

    /// A format of as many bits gives errors of the same size: random weights, which mean nothing, make the
    /// most of them.
    @ParameterizedTest
    @CsvSource({"MX9, Q8_0, 0.5, 1.3, 9.01", "MX6, Q6_K, 0.5, 3, 6.01"})
    void microexponentsGiveLogitsNearThoseOfFp32(
            WeightPrecision precision, WeightPrecision peer, double least, double most, double bits) {
        int[] tokens = {1, 5, 9, 2, 77, 31, 8, 60, 3, 3, 14, 15, 92, 65, 35, 89, 79, 32, 38, 46};
        try (WeightFile model = golden("f32");
                WeightFile ours = quantized(precision);
                WeightFile other = quantized(peer)) {
            float[] expected = logits(model, tokens);
            double error = distance(logits(ours, tokens), expected);
            assertThat(error / distance(logits(other, tokens), expected)).isBetween(least, most);
            WeightTensor matrix = named(ours, "blk.0.ffn_up.weight");
            assertThat(matrix.type().name()).isEqualTo(precision.name());
            assertThat(8.0 * matrix.data().byteSize() / matrix.elements()).isLessThan(bits);
        }
    }

    private static double distance(float[] found, float[] expected) {
        double squares = 0;
        for (int i = 0; i < found.length; i++) {
            squares += Math.pow((double) found[i] - expected[i], 2);
        }
        return Math.sqrt(squares);
    }

    @Test
    void rowsThatAreNotWholeBlocksFallBackToATypeOfSmallerOnes() {
        assertThat(WeightPrecision.Q4_K.type(512)).isEqualTo(TensorType.Q4_K);
        assertThat(WeightPrecision.Q4_K.type(96)).isEqualTo(TensorType.Q8_0);
        assertThat(WeightPrecision.MXFP4.type(12)).isEqualTo(TensorType.F16);
    }

    @Test
    void theFileIsTheSameForAnyNumberOfThreads() throws IOException {
        Path one = folder.resolve("one.gguf");
        Path three = folder.resolve("three.gguf");
        try (WeightFile model = golden("f32")) {
            Options options = Options.of(WeightPrecision.Q4_K);
            QuantizeReport first = ModelQuantizer.write(model, Optional.empty(), options, one, Progress.SILENT);
            QuantizeReport second =
                    ModelQuantizer.write(model, Optional.empty(), options.withThreads(3), three, Progress.SILENT);
            assertThat(second.types()).isEqualTo(first.types());
        }
        assertThat(Files.mismatch(one, three)).isEqualTo(-1);
    }

    @Test
    void tensorsThatHaveTheTypeAlreadyKeepTheirBytes() {
        Path out = folder.resolve("again.gguf");
        try (WeightFile model = golden("q4_0")) {
            ModelQuantizer.write(
                    model,
                    Optional.empty(),
                    Options.of(WeightPrecision.Q4_0).withEmbeddings(WeightPrecision.Q8_0),
                    out,
                    Progress.SILENT);
            try (WeightFile written = WeightFile.open(out)) {
                for (WeightTensor tensor : written.tensors()) {
                    if (tensor.name().equals("token_embd.weight")) {
                        assertThat(tensor.type()).isEqualTo(TensorType.Q8_0);
                    } else {
                        assertThat(tensor.data()
                                        .mismatch(named(model, tensor.name()).data()))
                                .isEqualTo(-1);
                    }
                }
            }
        }
    }

    @Test
    void aFileNeverReplacesTheModelItIsMadeFrom() throws IOException {
        Path copy = Files.copy(SharedData.path("llama-golden/model-f32.gguf"), folder.resolve("model.gguf"));
        try (WeightFile model = WeightFile.open(copy)) {
            assertThatThrownBy(() -> ModelQuantizer.write(
                            model, Optional.empty(), Options.of(WeightPrecision.Q8_0), copy, Progress.SILENT))
                    .isInstanceOf(InputException.class)
                    .hasMessage(copy + ": is the model itself; write the quantized one to another file");
        }
    }

    @Test
    void aDamagedNumberIsNamedAndLeavesNoFile() throws IOException {
        Path copy = folder.resolve("damaged.gguf");
        Files.copy(SharedData.path("llama-golden/model-f32.gguf"), copy, StandardCopyOption.REPLACE_EXISTING);
        byte[] bytes = Files.readAllBytes(copy);
        int last = bytes.length - 4;
        bytes[last + 2] = (byte) 0xC0;
        bytes[last + 3] = 0x7F;
        Files.write(copy, bytes);
        Path out = folder.resolve("out.gguf");
        try (WeightFile model = WeightFile.open(copy)) {
            assertThatThrownBy(() -> ModelQuantizer.write(
                            model, Optional.empty(), Options.of(WeightPrecision.Q6_K), out, Progress.SILENT))
                    .isInstanceOf(InputException.class)
                    .hasMessage(copy + ": tensor blk.1.ffn_down.weight, row 255, column 511: NaN is not a number to"
                            + " quantize; the model is damaged");
        }
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(copy);
        }
    }

    @Test
    void theVocabularyOfAFolderIsWrittenInTheWordsOfTheFile() throws IOException {
        Tokenizer tokenizer = Tokenizer.open(SharedData.path("llama3-tokenizer/tokenizer.model"));
        Path out = folder.resolve("model.gguf");
        try (WeightFile model = WeightFile.open(SharedData.path("hf-golden/llama-tiny"))) {
            ModelQuantizer.write(model, Optional.of(tokenizer), Options.of(WeightPrecision.Q8_0), out, Progress.SILENT);
        }
        Tokenizer read = Tokenizer.open(out);
        assertThat(read.vocabulary()).isEqualTo(tokenizer.vocabulary());
        assertThat(read.marks()).isEqualTo(tokenizer.marks());
        String text = Files.readString(SharedData.path("text-corpus/README.md")) + " \u00e9\u4f60\u597d 12345\n\n\tx";
        assertThat(read.encode(text)).isEqualTo(tokenizer.encode(text));
        int[] marked = tokenizer.encodeWithMarks("<|eot_id|>Hi<|python_tag|>");
        assertThat(read.encodeWithMarks("<|eot_id|>Hi<|python_tag|>")).isEqualTo(marked);
        assertThat(read.decodeWithMarks(marked)).isEqualTo("<|eot_id|>Hi<|python_tag|>");
    }

    private WeightFile quantized(WeightPrecision precision) {
        Path out = folder.resolve(precision + ".gguf");
        try (WeightFile model = golden("f32")) {
            Options options = Options.of(precision).withEmbeddings(precision);
            ModelQuantizer.write(model, Optional.empty(), options, out, Progress.SILENT);
        }
        return WeightFile.open(out);
    }

    private static WeightFile golden(String type) {
        return WeightFile.open(SharedData.path("llama-golden/model-" + type.toLowerCase(Locale.ROOT) + ".gguf"));
    }

    private static WeightTensor named(WeightFile file, String name) {
        return file.tensors().stream()
                .filter(tensor -> tensor.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static double error(WeightTensor tensor, WeightTensor exact) {
        float[] found = tensor.decode();
        float[] expected = exact.decode();
        double sum = 0;
        for (int i = 0; i < found.length; i++) {
            sum += Math.pow((double) found[i] - expected[i], 2);
        }
        return Math.sqrt(sum);
    }

    private static float[] logits(WeightFile file, int... tokens) {
        try (LlamaEngine engine = LlamaEngine.open(file, EngineOptions.defaults());
                Sequence sequence = engine.sequence()) {
            return engine.step(List.of(Chunk.of(sequence, tokens)))[0];
        }
    }
}
