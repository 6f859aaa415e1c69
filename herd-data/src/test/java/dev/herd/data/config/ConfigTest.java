package dev.herd.data.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.InputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigTest {
    enum Precision {
        FP32,
        ROW_WISE
    }

    sealed interface Schedule {
        @Doc("always the same rate")
        record Constant() implements Schedule {}

        record WarmUp(@Doc("steps until the full rate") int steps, double floor) implements Schedule {
            public WarmUp {
                if (steps < 0) {
                    throw new IllegalArgumentException("steps must not be negative, got " + steps);
                }
            }

            static WarmUp defaults() {
                return new WarmUp(100, 0);
            }
        }
    }

    record Feature(
            String name,
            int rows,
            Precision precision,
            @Nullable String note,
            List<String> tags) {}

    record Optimizer(@Doc("step size") double learningRate, boolean nesterov, Schedule schedule) {
        static Optimizer defaults() {
            return new Optimizer(1e-3, false, new Schedule.Constant());
        }
    }

    record Training(
            @Doc("rows of one step") int batchSize,
            long seed,
            Precision precision,
            Optimizer optimizer,
            List<Integer> layers,
            List<Feature> features,
            Map<String, Optimizer> groups,
            Optional<Double> clip,
            @Nullable String note,
            Path output,
            Subtree model) {
        static Training defaults() {
            return new Training(
                    4096,
                    1,
                    Precision.FP32,
                    Optimizer.defaults(),
                    List.of(400, 400),
                    List.of(),
                    Map.of(),
                    Optional.of(10.0),
                    "none",
                    Path.of("runs"),
                    Subtree.of("lr"));
        }
    }

    record Wukong(int layers, double dropout) {}

    private static Training parse(String yaml, String... overrides) {
        return Config.parse(yaml, "train.yaml", List.of(overrides), Training.defaults());
    }

    private static void refused(String message, String yaml, String... overrides) {
        assertThatThrownBy(() -> parse(yaml, overrides))
                .isInstanceOf(InputException.class)
                .hasMessage(message);
    }

    @Test
    void anEmptyFileGivesTheDefaults() {
        assertThat(parse("")).isEqualTo(Training.defaults());
        assertThat(parse("# only a comment\n")).isEqualTo(Training.defaults());
    }

    @Test
    void keysReplaceDefaultsAtAnyDepthAndTheRestStays() {
        Training training = parse("""
                batch_size: 1_024
                precision: Row-Wise
                optimizer:
                  learning_rate: 1e-4
                layers: [1, 2, 3]
                clip: null
                note: null
                output: out/run 1
                features:
                  - name: user
                    rows: 7
                    precision: fp32
                  - {name: "007", rows: 1e3, precision: row_wise, note: x, tags: [yes, "a b"]}
                groups:
                  wide: {nesterov: true}
                """);
        assertThat(training.batchSize()).isEqualTo(1024);
        assertThat(training.seed()).isEqualTo(1);
        assertThat(training.precision()).isEqualTo(Precision.ROW_WISE);
        assertThat(training.optimizer()).isEqualTo(new Optimizer(1e-4, false, new Schedule.Constant()));
        assertThat(training.layers()).containsExactly(1, 2, 3);
        assertThat(training.clip()).isEmpty();
        assertThat(training.note()).isNull();
        assertThat(training.output()).isEqualTo(Path.of("out/run 1"));
        assertThat(training.features())
                .containsExactly(
                        new Feature("user", 7, Precision.FP32, null, List.of()),
                        new Feature("007", 1000, Precision.ROW_WISE, "x", List.of("yes", "a b")));
        assertThat(training.groups())
                .containsExactly(Map.entry("wide", new Optimizer(1e-3, true, new Schedule.Constant())));
    }

    /// A record that may be written as one value.
    record Span(int low, int high) {
        static Span defaults() {
            return new Span(0, 1);
        }

        static Span parse(String text) {
            if (!text.matches("\\d+")) {
                throw new IllegalArgumentException("no number: '" + text + "'");
            }
            return new Span(Integer.parseInt(text), Integer.parseInt(text));
        }
    }

    record Ruler(Span span) {}

    @Test
    void aRecordThatParsesTextMayBeWrittenAsOneValue() {
        Ruler ruler = new Ruler(Span.defaults());
        assertThat(Config.parse("span: 7", "test", List.of(), ruler).span()).isEqualTo(new Span(7, 7));
        assertThat(Config.parse("span: {high: 7}", "test", List.of(), ruler).span())
                .isEqualTo(new Span(0, 7));
        assertThat(Config.parse("span: 7", "test", List.of("span.high=9"), ruler)
                        .span())
                .isEqualTo(new Span(7, 9));
        assertThat(Config.parse(Config.write(new Ruler(new Span(2, 3))), "test", List.of(), ruler)
                        .span())
                .isEqualTo(new Span(2, 3));
        assertThatThrownBy(() -> Config.parse("span: far", "ruler.yaml", List.of(), ruler))
                .isInstanceOf(InputException.class)
                .hasMessage("ruler.yaml:1:7: 'span': no number: 'far'");
    }

    @Test
    void aSealedChoiceIsMadeByItsKindOrItsBareName() {
        assertThat(parse("optimizer: {schedule: {kind: warm_up, steps: 5}}")
                        .optimizer()
                        .schedule())
                .isEqualTo(new Schedule.WarmUp(5, 0));
        assertThat(parse("optimizer: {schedule: warm-up}").optimizer().schedule())
                .isEqualTo(new Schedule.WarmUp(100, 0));
        assertThat(parse("optimizer: {schedule: warm_up}", "optimizer.schedule.floor=0.5")
                        .optimizer()
                        .schedule())
                .isEqualTo(new Schedule.WarmUp(100, 0.5));
        assertThat(parse("optimizer: {schedule: {kind: warm_up, steps: 5}}", "optimizer.schedule=constant")
                        .optimizer()
                        .schedule())
                .isEqualTo(new Schedule.Constant());
    }

    @Test
    void aSubtreeIsReadByWhoKnowsItsName() {
        Subtree model =
                parse("model: {name: wukong, layers: 4}", "model.dropout=0.5").model();
        assertThat(model.name()).isEqualTo("wukong");
        assertThat(model.as(new Wukong(1, 0))).isEqualTo(new Wukong(4, 0.5));
        assertThat(parse("model: dcn").model().name()).isEqualTo("dcn");
        assertThat(parse("model: wukong", "model.layers=3").model().as(new Wukong(1, 0)))
                .isEqualTo(new Wukong(3, 0));
        assertThat(Subtree.of("wukong", new Wukong(2, 0.25)).as(new Wukong(1, 0)))
                .isEqualTo(new Wukong(2, 0.25));
        assertThatThrownBy(() -> parse("seed: 1\nmodel:\n  name: wukong\n  layer: 4\n")
                        .model()
                        .as(new Wukong(1, 0)))
                .isInstanceOf(InputException.class)
                .hasMessage("train.yaml:4:3: unknown key 'layer' in 'model'; did you mean 'layers'?"
                        + " Known keys: layers, dropout");
        assertThat(parse("seed: 1\nmodel: wukon").model().error("no such model"))
                .hasMessage("train.yaml:2:8: no such model");
    }

    @Test
    void overridesWinInOrderAndAreYaml() {
        Training training = parse(
                "optimizer: {learning_rate: 0.5}\nfeatures: [{name: a, rows: 1, precision: fp32}]",
                "optimizer.learning_rate=0.25",
                "layers=[7, 8]",
                "optimizer={nesterov: true}",
                "note=null",
                "features.0.rows=9",
                "optimizer.schedule.kind=warm_up",
                "output=a=b");
        assertThat(training.optimizer()).isEqualTo(new Optimizer(0.25, true, new Schedule.WarmUp(100, 0)));
        assertThat(training.layers()).containsExactly(7, 8);
        assertThat(training.note()).isNull();
        assertThat(training.features().getFirst().rows()).isEqualTo(9);
        assertThat(training.output()).isEqualTo(Path.of("a=b"));
    }

    @Test
    void anUnknownKeyNamesTheLineTheKnownKeysAndTheNearest() {
        refused(
                "train.yaml:3:3: unknown key 'learning_rat' in 'optimizer'; did you mean 'learning_rate'?"
                        + " Known keys: learning_rate, nesterov, schedule",
                "seed: 1\noptimizer:\n  learning_rat: 1\n");
        refused(
                "--set optimizer.momentum=1: unknown key 'momentum' in 'optimizer'."
                        + " Known keys: learning_rate, nesterov, schedule",
                "seed: 1",
                "optimizer.momentum=1");
        assertThatThrownBy(() -> parse("batchSize: 1"))
                .hasMessageStartingWith("train.yaml:1:1: unknown key 'batchSize'; did you mean 'batch_size'?");
    }

    @Test
    void aWrongTypeNamesKeyFoundAndAccepted() {
        refused(
                "train.yaml:1:13: key 'batch_size' must be a whole number up to 2147483647, found 'big'",
                "batch_size: big");
        refused(
                "train.yaml:1:13: key 'batch_size' must be a whole number up to 2147483647, found '1.5'",
                "batch_size: 1.5");
        refused(
                "train.yaml:1:13: key 'batch_size' must be a whole number up to 2147483647, found '3000000000'",
                "batch_size: 3000000000");
        refused(
                "train.yaml:1:13: key 'batch_size' must be a whole number up to 2147483647, found a list",
                "batch_size: [1]");
        refused(
                "train.yaml:1:28: key 'optimizer.learning_rate' must be a number, found 'fast'",
                "optimizer: {learning_rate: fast}");
        refused(
                "train.yaml:1:23: key 'optimizer.nesterov' must be true or false, found '1'",
                "optimizer: {nesterov: 1}");
        refused("train.yaml:1:12: key 'optimizer' must be a block of keys, found 'adam'", "optimizer: adam");
        refused("train.yaml:1:9: key 'layers' must be a list, such as [a, b], found '3'", "layers: 3");
        refused(
                "train.yaml:1:13: key 'layers[1]' must be a whole number up to 2147483647, found 'x'",
                "layers: [1, x]");
        refused("train.yaml:1:1: the file must be a block of keys, found a list", "- 1");
    }

    @Test
    void anEnumListsWhatItAccepts() {
        refused(
                "train.yaml:1:12: key 'precision' must be one of fp32, row_wise, found 'fp33'; did you mean 'fp32'?",
                "precision: fp33");
    }

    @Test
    void anUnknownKindListsTheKinds() {
        refused(
                "train.yaml:1:31: key 'optimizer.schedule' is of no known kind 'warmup'; did you mean 'warm_up'?"
                        + " Known kinds: constant, warm_up",
                "optimizer: {schedule: {kind: warmup}}".replace("kind: warmup", "kind:  warmup"));
        refused(
                "train.yaml:1:24: 'optimizer.schedule' needs the key 'kind', one of constant, warm_up",
                "optimizer: {schedule: {kind: [1]}}");
    }

    @Test
    void missingKeysAndEmptyValuesAreNamed() {
        refused(
                "train.yaml:1:12: key 'features[0].precision' is missing and has no default",
                "features: [{name: a, rows: 1}]");
        refused(
                "train.yaml:1:12: key 'batch_size' has no value; give a whole number up to 2147483647"
                        + " or leave the key out",
                "batch_size:\nseed: 1");
        refused("train.yaml:1:8: 'model' needs the key 'name' with a name as its value", "model: {layers: 1}");
    }

    @Test
    void aValueTheRecordRefusesNamesTheBlock() {
        refused(
                "train.yaml:1:23: 'optimizer.schedule': steps must not be negative, got -1",
                "optimizer: {schedule: {kind: warm_up, steps: -1}}");
    }

    @Test
    void brokenYamlNamesThePlace() {
        assertThatThrownBy(() -> parse("a: [1\nb: 2"))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith("train.yaml:2:")
                .hasMessageContaining("this is no valid YAML: ");
        refused("train.yaml:2:1: key 'seed' is given twice; the first is at train.yaml:1:1", "seed: 1\nseed: 2");
        refused(
                "train.yaml:3:1: a second YAML document starts here; one document is accepted",
                "seed: 1\n---\nseed: 2");
        refused("train.yaml:2:9: YAML aliases are not supported; repeat the value", "seed: &a 1\nlayers: *a");
    }

    @Test
    void anOverrideWithoutAValueSaysHowToWriteOne() {
        refused("--set batch_size: write it as key=value, for example batch_size=1024", "", "batch_size");
        refused(
                "--set features.3.rows=1: '3' must be an index into a list of 0, counted from 0",
                "features: []",
                "features.3.rows=1");
    }

    @Test
    void aMissingOrBinaryFileIsNamed(@TempDir Path folder) throws Exception {
        Path none = folder.resolve("none.yaml");
        assertThatThrownBy(() -> Config.read(none, List.of(), Training.defaults()))
                .isInstanceOf(InputException.class)
                .hasMessage(none + ": there is no such file");
        Path binary = folder.resolve("binary.yaml");
        Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThatThrownBy(() -> Config.read(binary, List.of(), Training.defaults()))
                .isInstanceOf(InputException.class)
                .hasMessage(binary + ": this is no UTF-8 text; save the file as UTF-8");
    }

    @Test
    void oneKeyCanBeReadAhead(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("a.yaml");
        Files.writeString(file, "preset: bars\nunknown: 1\n", StandardCharsets.UTF_8);
        assertThat(Config.peek(file, List.of(), "preset")).hasValue("bars");
        assertThat(Config.peek(file, List.of("preset=other"), "preset")).hasValue("other");
        assertThat(Config.peek(file, List.of(), "none")).isEmpty();
    }

    @Test
    void whatIsWrittenReadsBackEqual() {
        Training training = new Training(
                7,
                Long.MIN_VALUE,
                Precision.ROW_WISE,
                new Optimizer(1e-10, true, new Schedule.WarmUp(3, Double.POSITIVE_INFINITY)),
                List.of(),
                List.of(
                        new Feature("true", 1, Precision.FP32, "a: b # c", List.of("1", "", "null", "- x")),
                        new Feature("\"quo\\ted\"\n", 2, Precision.FP32, null, List.of())),
                Map.of("odd key: x", Optimizer.defaults()),
                Optional.empty(),
                null,
                Path.of("/tmp/with space"),
                Subtree.of("wukong", new Wukong(3, 0.1)));
        String yaml = Config.write(training);
        assertThat(parse(yaml)).as(yaml).isEqualTo(training);
        assertThat(parse(Config.write(Training.defaults()))).isEqualTo(Training.defaults());
    }

    @Test
    void theDefaultsReadLikeAHandWrittenFile() {
        assertThat(Config.write(Training.defaults())).isEqualTo("""
                batch_size: 4096
                seed: 1
                precision: fp32
                optimizer:
                  learning_rate: 0.001
                  nesterov: false
                  schedule:
                    kind: constant
                layers: [400, 400]
                features: []
                groups: {}
                clip: 10
                note: none
                output: runs
                model:
                  name: lr
                """);
    }

    @Test
    void everyKeyIsDescribedOnceWithTypeDefaultAndDoc() {
        assertThat(Config.describe(Training.defaults()))
                .contains(
                        new ConfigKey("batch_size", "a whole number up to 2147483647", "4096", "rows of one step", ""),
                        new ConfigKey("optimizer.learning_rate", "a number", "0.001", "step size", ""),
                        new ConfigKey("optimizer.schedule", "one of constant, warm_up", "constant", "", ""),
                        new ConfigKey(
                                "optimizer.schedule.steps",
                                "a whole number up to 2147483647",
                                "100",
                                "steps until the full rate",
                                "optimizer.schedule is warm_up"),
                        new ConfigKey("model", "a name, or a block with the key 'name'", "lr", "", ""),
                        new ConfigKey("clip", "a number", "10", "", ""));
    }

    @Test
    void spellingFindsTheNearestWord() {
        assertThat(Spelling.closest("wukogn", List.of("wukong", "fm"))).hasValue("wukong");
        assertThat(Spelling.closest("batch-Size", List.of("batch_size"))).hasValue("batch_size");
        assertThat(Spelling.closest("xyz", List.of("wukong", "fm"))).isEmpty();
        assertThat(Spelling.distance("", "abc")).isEqualTo(3);
        assertThat(Spelling.distance("ab", "ba")).isEqualTo(1);
    }
}
