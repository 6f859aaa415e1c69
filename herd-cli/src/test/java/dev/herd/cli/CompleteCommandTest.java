package dev.herd.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.herd.llama.engine.Activations;
import dev.herd.llama.weights.GgufWriter;
import dev.herd.llama.weights.MetadataValue;
import dev.herd.llama.weights.Role;
import dev.herd.llama.weights.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The model has random weights: what it writes is the same every time and means nothing.
class CompleteCommandTest {
    private String model;

    @BeforeEach
    void find() {
        model = SharedData.path("llama-golden/model-q8_0.gguf").toString();
    }

    @Test
    void theTextIsPrintedAsItIsWritten() {
        CommandRun run = CommandRun.of("complete", model, "Hello", "--tokens", "12", "--threads", "1");
        assertThat(run.code()).as(run.err()).isEqualTo(ExitCodes.DONE);
        JsonNode json = JsonMapper.shared()
                .readTree(CommandRun.of("complete", model, "Hello", "--tokens", "12", "--json")
                        .out());
        assertThat(run.out().stripTrailing())
                .isEqualTo(json.path("text").asString().stripTrailing());
        assertThat(json.path("tokens").size()).isEqualTo(12);
        assertThat(json.path("log_probabilities").size()).isEqualTo(12);
        assertThat(json.path("end").asString()).isEqualTo("LENGTH");
        assertThat(run.err()).contains("12 tokens written, ");
    }

    @Test
    void activationsChangeProbabilitiesALittle() {
        double[] first = new double[2];
        for (Activations kind : Activations.values()) {
            CommandRun run =
                    CommandRun.of("complete", model, "Hello", "--tokens", "1", "--json", "--activations", kind.name());
            if (kind == Activations.INT8 && Activations.fastest() == Activations.FP32) {
                assertThat(run.err()).contains("--activations int8 would take minutes", "Leave the option out");
                return;
            }
            assertThat(run.code()).as(run.err()).isEqualTo(ExitCodes.DONE);
            first[kind.ordinal()] = JsonMapper.shared()
                    .readTree(run.out())
                    .path("log_probabilities")
                    .path(0)
                    .asDouble();
        }
        assertThat(first[1]).isNotEqualTo(first[0]).isCloseTo(first[0], within(0.5));
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        CommandRun run = CommandRun.of("complete", model, "Hello", "--top-p", "2");
        assertThat(run.code()).isNotEqualTo(ExitCodes.DONE);
        assertThat(run.err()).contains("topP must be above 0 and at most 1, got 2.0");
    }

    @Test
    void keysAndValuesAreHeldAsWantedWithinTheLimit() {
        for (String kv : new String[] {"fp16", "q8"}) {
            CommandRun run = CommandRun.of("complete", model, "Hello", "--tokens", "5", "--kv", kv);
            assertThat(run.code()).as(run.err()).isEqualTo(ExitCodes.DONE);
            assertThat(run.err()).contains("5 tokens written, ");
        }
        String[] large = {"complete", model, "Hello", "--context", "131072", "--memory-limit", "100MiB", "--kv"};
        CommandRun refused = CommandRun.of(with(large, "fp16"));
        assertThat(refused.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(refused.err())
                .contains("131072 positions need 134217728 bytes for keys and values in FP16")
                .contains("the limit is 104857600")
                .contains("in Q8 the keys and values take 71303168");
        assertThat(CommandRun.of(with(large, "q8", "--tokens", "2")).code()).isEqualTo(ExitCodes.DONE);
        assertThat(CommandRun.of(with(large, "q3")).err()).contains("expected one of [FP32, FP16, Q8]");
    }

    @Test
    void anAdapterChangesTheTextAsFarAsItsScale(@TempDir Path folder) {
        Path adapter = folder.resolve("lora.gguf");
        GgufWriter writer = new GgufWriter()
                .put("general.architecture", new MetadataValue.Text("llama"))
                .put("general.type", new MetadataValue.Text("adapter"))
                .put("adapter.type", new MetadataValue.Text("lora"))
                .put("adapter.lora.alpha", new MetadataValue.Real(1));
        String name = Role.DOWN.ggufName(1);
        writer.tensor(name + ".lora_a", TensorType.F32, new long[] {1, 512}, CompleteCommandTest::ones)
                .tensor(name + ".lora_b", TensorType.F32, new long[] {256, 1}, CompleteCommandTest::ones)
                .write(adapter);
        String plain =
                CommandRun.of("complete", model, "Hello", "--tokens", "8").out();
        String[] words = {"complete", model, "Hello", "--tokens", "8", "--lora"};
        assertThat(CommandRun.of(with(words, adapter + ":0")).out()).isEqualTo(plain);
        CommandRun adapted = CommandRun.of(with(words, adapter.toString()));
        assertThat(adapted.code()).as(adapted.err()).isEqualTo(ExitCodes.DONE);
        assertThat(adapted.out()).isNotEqualTo(plain);
        assertThat(CommandRun.of(with(words, adapter + ":0.5", "--lora", adapter + ":0.5"))
                        .out())
                .isEqualTo(adapted.out());
        assertThat(CommandRun.of(with(words, model)).err()).contains(model + ": metadata general.type is ");
        assertThat(CommandRun.of(with(words, "absent:2")).err()).contains("absent: cannot be read");
    }

    private static void ones(MemorySegment to) {
        for (long i = 0; i < to.byteSize() / Float.BYTES; i++) {
            to.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, 1);
        }
    }

    private static String[] with(String[] words, String... more) {
        return Stream.concat(Arrays.stream(words), Arrays.stream(more)).toArray(String[]::new);
    }

    @Test
    void aModelOfRandomWeightsPredictsNoText(@TempDir Path folder) throws IOException {
        Path text =
                Files.writeString(folder.resolve("text"), "The quick brown fox jumps over the lazy dog.\n".repeat(9));
        CommandRun run = CommandRun.of("perplexity", model, text.toString(), "--window", "64", "--json");
        assertThat(run.code()).as(run.err()).isEqualTo(ExitCodes.DONE);
        JsonNode json = JsonMapper.shared().readTree(run.out());
        double loss = json.path("mean_loss").asDouble();
        assertThat(json.path("perplexity").asDouble()).isEqualTo(Math.exp(loss));
        assertThat(loss).isGreaterThan(Math.log(2000) - 1);
        assertThat(json.path("tokens").asInt()).isGreaterThan(150);
    }

    @Test
    void theTextHasTheFormOfAGrammarOrSchema(@TempDir Path folder) throws IOException {
        Path rules = Files.writeString(
                folder.resolve("answer.gbnf"), "root ::= answer \";\"\nanswer ::= (\"yes\" | \"no\") # a word\n");
        assertThat(CommandRun.of("complete", model, "Hello", "--grammar", rules.toString())
                        .out())
                .matches("(yes|no);\\R");
        Path schema = Files.writeString(
                folder.resolve("schema.json"),
                "{\"type\": \"object\", \"properties\": {\"ok\": {\"type\": \"boolean\"}}, \"required\": [\"ok\"]}");
        CommandRun run = CommandRun.of("complete", model, "Hello", "--schema", schema.toString());
        assertThat(run.code()).as(run.err()).isEqualTo(ExitCodes.DONE);
        assertThat(JsonMapper.shared().readTree(run.out()).path("ok").isBoolean())
                .isTrue();
    }

    @Test
    void aFormThatCannotBeTakenIsRefusedWithFileAndPlace(@TempDir Path folder) throws IOException {
        Path rules = Files.writeString(folder.resolve("answer.gbnf"), "root ::= word\n");
        CommandRun run = CommandRun.of("complete", model, "Hello", "--grammar", rules.toString());
        assertThat(run.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(run.err()).contains(rules + ":1:10: the rule 'word' is used and not defined; there are [root]");
        Path schema = Files.writeString(folder.resolve("schema.json"), "{\"type\": ");
        assertThat(CommandRun.of("complete", model, "Hello", "--schema", schema.toString())
                        .err())
                .contains(schema + ": ");
        assertThat(CommandRun.of(
                                "complete",
                                model,
                                "Hello",
                                "--schema",
                                schema.toString(),
                                "--grammar",
                                rules.toString())
                        .err())
                .contains("mutually exclusive");
    }

    @Test
    void vectorsOfTextsArePrintedOneALine() {
        CommandRun run = CommandRun.of("embed", model, "A fox.", "A dog.", "A fox.", "--pooling", "last");
        assertThat(run.code()).as(run.err()).isEqualTo(ExitCodes.DONE);
        List<JsonNode> lines = run.out()
                .lines()
                .map(line -> JsonMapper.shared().readTree(line))
                .toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(2).path("index").asInt()).isEqualTo(2);
        assertThat(lines.get(2).path("embedding")).isEqualTo(lines.get(0).path("embedding"));
        assertThat(lines.get(1).path("embedding")).isNotEqualTo(lines.get(0).path("embedding"));
        double squares = 0;
        for (JsonNode number : lines.get(0).path("embedding")) {
            squares += number.asDouble() * number.asDouble();
        }
        assertThat(squares).isCloseTo(1, within(1e-5));
    }
}
