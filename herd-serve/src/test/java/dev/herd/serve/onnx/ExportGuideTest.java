package dev.herd.serve.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtEnvironment;
import dev.herd.data.Batch;
import dev.herd.data.Features;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.data.Progress;
import dev.herd.data.config.Config;
import dev.herd.data.synthetic.SyntheticLog;
import dev.herd.train.Predictor;
import dev.herd.train.TrainConfig;
import dev.herd.train.TrainedModel;
import dev.herd.train.Trainer;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The program of docs/guides/export.md, run as it stands there by a java that has nothing but ONNX
/// Runtime.
class ExportGuideTest {
    private static final List<String> FEATURES = List.of(
            "user", "item", "category0", "category1", "category2", "category3", "category4", "category5", "tags0");

    @TempDir
    private Path folder;

    private TrainedModel train() {
        SyntheticLog.Config log = Config.parse("rows: 2000", "log", List.of(), SyntheticLog.Config.defaults());
        Path dataset = SyntheticLog.write(log, folder.resolve("log"), 1, Progress.SILENT)
                .folder();
        Path run = folder.resolve("run");
        String yaml = """
                dataset: '%s'
                output: '%s'
                model: {name: dlrm, embedding_dim: 8, bottom: {hidden: [16]}, top: {hidden: [16]}}
                tables: {init: {kind: normal, standard_deviation: 0.3}}
                threads: 1
                """.formatted(dataset, run);
        Trainer.train(Config.parse(yaml, "train", List.of(), TrainConfig.defaults()), Progress.SILENT);
        return TrainedModel.open(run, 1);
    }

    /// The two rows of the guide.
    private static Batch rows() {
        float[] dense = {0.1f, -1.2f, 0.7f, 0, 1, 0, -0.5f, 2};
        long[] ids = {17, 17, 3, 401, 0, 9, 1, 8, 2, 7, 3, 6, 4, 5, 5, 4, 5, 61, 7, 8};
        int[] offsets = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 19, 20};
        KeyedJaggedTensor sparse = KeyedJaggedTensor.of(FEATURES, 2, ids, offsets);
        return new Batch(new Features(2, dense, sparse), new float[2], new long[0], new long[0]);
    }

    @Test
    void theProgramOfTheGuideScoresAsHerdDoesWithoutHerd() throws Exception {
        Path program = folder.resolve("Score.java");
        Files.writeString(program, program());
        Path file = folder.resolve("model.onnx");
        float[] expected;
        try (TrainedModel model = train()) {
            expected = Predictor.probabilities(model, rows());
            OnnxExport.write(model, OnnxExport.Inputs.IDS, file, false, Progress.SILENT);
        }

        String printed = run(program, file);

        Matcher matcher = Pattern.compile("\\[\\[(\\S+)], \\[(\\S+)]]").matcher(printed.strip());
        assertThat(matcher.matches()).as(printed).isTrue();
        float[] measured = {Float.parseFloat(matcher.group(1)), Float.parseFloat(matcher.group(2))};
        assertThat(expected[0]).isNotEqualTo(expected[1]);
        Agreement.check("the guide's rows", measured, expected);
    }

    private static String program() throws IOException {
        String guide = Files.readString(root().resolve("docs/guides/export.md"));
        int start = guide.indexOf("```java\n") + "```java\n".length();
        return guide.substring(start, guide.indexOf("```", start));
    }

    private static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("mvnw"))) {
            at = Objects.requireNonNull(at.getParent(), "the tests run outside a checkout of Herd");
        }
        return at;
    }

    /// The class path is one jar, so no class of Herd can be found.
    private String run(Path program, Path model) throws IOException, InterruptedException, URISyntaxException {
        Path jar = Path.of(OrtEnvironment.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        assertThat(jar.getFileName().toString()).startsWith("onnxruntime-").endsWith(".jar");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", jar.toString()));
        command.addAll(List.of(program.toString(), model.toString()));
        Path errors = folder.resolve("errors.txt");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().keySet().removeIf(name -> name.equals("CLASSPATH") || name.startsWith("JAVA_TOOL"));
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
        return printed;
    }
}
