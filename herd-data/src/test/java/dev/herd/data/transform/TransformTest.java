package dev.herd.data.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.herd.data.Batch;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.InputException;
import dev.herd.data.config.Config;
import dev.herd.data.raw.FaultLog;
import dev.herd.data.raw.OnError;
import dev.herd.data.raw.OrderedPipe;
import dev.herd.data.raw.RawBlock;
import dev.herd.data.raw.RawFormat;
import dev.herd.data.raw.RawInput;
import dev.herd.data.raw.RawReader;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TransformTest {
    @TempDir
    Path temp;

    private RawInput csv(String text) throws IOException {
        return RawInput.of(Files.writeString(temp.resolve("rows.csv"), text), RawFormat.Csv.defaults());
    }

    private static FeaturePipeline pipeline(String yaml) {
        return Config.parse(yaml, "features", List.of(), FeaturePipeline.defaults())
                .expanded();
    }

    private static FittedFeatures fit(RawInput input, FeaturePipeline open, int threads) {
        RawReader reader = RawReader.open(input, "input");
        PipelineFitter fitter = PipelineFitter.create(open, reader.columns());
        try (OrderedPipe<PipelineFitter.Observed> seen =
                OrderedPipe.create(reader, threads, (RawBlock block) -> fitter.observe(block, row -> true))) {
            for (var block = seen.next(); block != null; block = seen.next()) {
                fitter.merge(block);
            }
        }
        return fitter.finish();
    }

    private static Batch encode(RawInput input, FittedFeatures features) {
        FaultLog faults = new FaultLog(OnError.FAIL, fault -> {});
        try (RawBatchReader reader = RawBatchReader.open(input, features, true, 1_000_000, 2, faults)) {
            return reader.next().orElseThrow();
        }
    }

    private static long[] ids(Batch batch, String key) {
        return batch.features().sparse().jagged(key).values();
    }

    @ParameterizedTest
    @CsvSource({"-3,1,-3", "0,1,0", "1,1,1", "2,1,2", "3,1,1", "4,2,1", "7,2,3", "8,3,4", "1000,9,47", "1048576,20,192"
    })
    void criteoRulesRoundDownLogarithms(String x, long floorLog2, long squared) throws CellFault {
        Cell cell = new Cell();
        byte[] bytes = x.getBytes(StandardCharsets.UTF_8);
        cell.set(bytes, 0, bytes.length);
        cell.apply(new CellStep.FloorLog2());
        assertThat(Numbers.integer(cell.bytes, cell.start, cell.end)).isEqualTo(floorLog2);
        cell.set(bytes, 0, bytes.length);
        cell.apply(new CellStep.FloorLogSquared());
        assertThat(Numbers.integer(cell.bytes, cell.start, cell.end)).isEqualTo(squared);
    }

    @ParameterizedTest
    @CsvSource({
        "0,SECONDS,0,3,0,1,1",
        "964982703,SECONDS,18,6,1,30,7",
        "964982703000,MILLIS,18,6,1,30,7",
        "-1,SECONDS,23,2,0,31,12",
        "2024-02-29T23:59:59Z,ISO,23,3,0,29,2",
        "2024-03-01 00:30:00,ISO,0,4,0,1,3",
        "2024-03-03,ISO,0,6,1,3,3",
        "2024-03-01T00:30:00+02:00,ISO,22,3,0,29,2"
    })
    void timesFallIntoParts(String text, TimeFormat format, int hour, int weekday, int weekend, int day, int month)
            throws CellFault {
        List<Integer> parts = new ArrayList<>();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (CellStep.Part part : CellStep.Part.values()) {
            Cell cell = new Cell();
            cell.set(bytes, 0, bytes.length);
            cell.apply(new CellStep.DatePart(part, format));
            parts.add((int) Numbers.integer(cell.bytes, cell.start, cell.end));
        }
        assertThat(parts).containsExactly(hour, weekday, weekend, day, month);
    }

    /// The documented function, written with integers of any size.
    private static BigInteger plainHash(byte[] text, long seed) {
        BigInteger modulus = BigInteger.ONE.shiftLeft(64);
        BigInteger golden = new BigInteger("9E3779B97F4A7C15", 16);
        BigInteger h = mix(BigInteger.valueOf(seed)
                .add(golden.multiply(BigInteger.valueOf(text.length)))
                .mod(modulus));
        for (int at = 0; at < text.length; at += 8) {
            BigInteger word = BigInteger.ZERO;
            for (int i = 0; i < 8 && at + i < text.length; i++) {
                word = word.or(BigInteger.valueOf(text[at + i] & 0xFF).shiftLeft(8 * i));
            }
            h = mix(h.xor(word));
        }
        return h;
    }

    private static BigInteger mix(BigInteger z) {
        BigInteger modulus = BigInteger.ONE.shiftLeft(64);
        BigInteger a = z.xor(z.shiftRight(30))
                .multiply(new BigInteger("BF58476D1CE4E5B9", 16))
                .mod(modulus);
        BigInteger b = a.xor(a.shiftRight(27))
                .multiply(new BigInteger("94D049BB133111EB", 16))
                .mod(modulus);
        return b.xor(b.shiftRight(31));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 15, 16, 17, 63, 100})
    void theHashIsTheDocumentedOne(int length) {
        byte[] text = new byte[length];
        new SplittableRandom(length).nextBytes(text);
        BigInteger expected = plainHash(text, 5);
        assertThat(TextHash.hash(text, 0, length, 5)).isEqualTo(expected.longValue());
        assertThat(TextHash.id(TextHash.hash(text, 0, length, 5), 1000))
                .isEqualTo(expected.multiply(BigInteger.valueOf(1000))
                        .shiftRight(64)
                        .longValue());
    }

    @Test
    void hashedIdsSpreadEvenly() {
        int[] counts = new int[16];
        for (int i = 0; i < 16_000; i++) {
            byte[] text = Integer.toHexString(i).getBytes(StandardCharsets.UTF_8);
            counts[(int) TextHash.id(TextHash.hash(text, 0, text.length, 0), 16)]++;
        }
        // Five standard deviations of a binomial count.
        for (int count : counts) {
            assertThat(count).isCloseTo(1000, within(155));
        }
    }

    @Test
    void numbersAreParsedAsTheJdkDoes() throws CellFault {
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < 20_000; i++) {
            String text = switch (i % 5) {
                case 0 -> Long.toString(random.nextLong());
                case 4 -> Long.toString(random.nextLong() >> random.nextInt(30, 64));
                case 1 -> Double.toString(random.nextGaussian() * Math.pow(10, random.nextInt(30) - 15));
                case 2 -> random.nextInt(1000) + "." + random.nextInt(1_000_000);
                default -> "-0." + random.nextLong(1L << 50);
            };
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            assertThat(Numbers.decimal(bytes, 0, bytes.length)).isEqualTo(Double.parseDouble(text));
            byte[] amid = ("7" + text + "12345678").getBytes(StandardCharsets.UTF_8);
            assertThat(Numbers.decimal(amid, 1, 1 + bytes.length)).isEqualTo(Double.parseDouble(text));
        }
        for (String wrong : List.of("", "-", ".", "1e", "1,5", "NaN", "0x10", "1e999", "--1", "1.2.3", "1d")) {
            byte[] bytes = wrong.getBytes(StandardCharsets.UTF_8);
            assertThatThrownBy(() -> Numbers.decimal(bytes, 0, bytes.length)).isInstanceOf(CellFault.class);
        }
        for (int other = 0; other < 128; other++) {
            byte[] bytes = ("12" + (char) other + "45678 padding").getBytes(StandardCharsets.US_ASCII);
            if (other >= '0' && other <= '9') {
                assertThat(Numbers.decimal(bytes, 0, 8)).isEqualTo(12_045_678 + 100_000.0 * (other - '0'));
            } else if (other != '.' && other != 'e' && other != 'E') {
                assertThatThrownBy(() -> Numbers.decimal(bytes, 0, 8)).isInstanceOf(CellFault.class);
            }
        }
    }

    @Test
    void vocabulariesRankByCountThenBytesAndKeepIdZeroForOthers() throws IOException {
        RawInput input = csv("y,v\n1,b\n1,a\n0,c\n0,c\n1,b\n0,rare\n1,\n0,\n0,\n");
        FittedFeatures features = fit(input, pipeline("""
                labels: [{name: y}]
                sparse:
                  - {name: v, ids: {kind: vocabulary, min_count: 2}}
                  - {name: top, source: v, ids: {kind: vocabulary, max_size: 1}, missing: zero}
                """), 1);
        assertThat(features.schema().sparse().stream().map(SparseFeature::rows)).containsExactly(4L, 2L);
        Batch batch = encode(input, features);
        assertThat(ids(batch, "v")).containsExactly(2, 0, 3, 3, 2, 0, 1, 1, 1);
        assertThat(ids(batch, "top")).containsExactly(1, 0, 0, 0, 1, 0, 0, 0, 0);
    }

    @Test
    void vocabulariesSurviveTheirFiles() throws IOException {
        TokenCounts tokens = new TokenCounts();
        for (String text : List.of("plain", "a\tb", "c\\n\n", "\r", "", "\u00fc\u4e2d", "\\t")) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            tokens.add(bytes, 0, bytes.length, 3);
        }
        Vocabulary written = new Vocabulary(tokens);
        written.write(temp.resolve("v.tsv"));
        Vocabulary read = Vocabulary.read(temp.resolve("v.tsv"));
        assertThat(read.rows()).isEqualTo(8);
        for (int id = 1; id < 8; id++) {
            assertThat(read.text(id)).isEqualTo(written.text(id));
            assertThat(read.id(written.text(id))).isEqualTo(id);
        }
        Files.writeString(temp.resolve("v.tsv"), "a\t1\na\t1\n");
        assertThatThrownBy(() -> Vocabulary.read(temp.resolve("v.tsv")))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("v.tsv:2:1: the text occurs twice");
    }

    @Test
    void sharedVocabulariesGiveEqualIdsInSequences() throws IOException {
        RawInput input = csv("y,item,history,weights\n1,a,b|a|c,1|2|3\n0,b,,\n0,a,c,0.5\n");
        FittedFeatures features = fit(input, pipeline("""
                labels: [{name: y}]
                sparse:
                  - {name: item, ids: {kind: vocabulary, shared_as: items}}
                  - name: history
                    arity: sequence
                    separator: "|"
                    weights: weights
                    max_length: 2
                    ids: {kind: vocabulary, shared_as: items}
                item: item
                """), 2);
        Batch batch = encode(input, features);
        assertThat(ids(batch, "item")).containsExactly(1, 2, 1);
        assertThat(batch.features().sparse().jagged("history").row(0)).containsExactly(1, 3);
        assertThat(batch.features().sparse().jagged("history").row(1)).isEmpty();
        assertThat(batch.features().sparse().jagged("history").weights()).containsExactly(2f, 3f, 0.5f);
    }

    @Test
    void numbersAreFittedOnWhatIsThere() throws IOException {
        RawInput input = csv("y,a,b,c\n0,1,0,\n0,3,1,5\n1,,3,7\n1,5,9,\n");
        FittedFeatures features = fit(input, pipeline("""
                labels: [{name: y}]
                dense:
                  - {name: a, steps: [standardize], missing: 3}
                  - {name: b, steps: [log, min_max]}
                  - {name: c, steps: [{kind: min_max, minimum: 0, maximum: 10}]}
                sparse:
                  - {name: q, source: b, ids: {kind: quantiles, buckets: 2}}
                  - {name: d, source: c, ids: {kind: quantiles, buckets: 2, boundaries: [6]}}
                """), 1);
        Batch batch = encode(input, features);
        double deviation = Math.sqrt(8 / 3.0);
        float[] expected = {
            (float) (-2 / deviation),
            0,
            0,
            0,
            (float) (Math.log(2) / Math.log(10)),
            0.5f,
            0,
            (float) (Math.log(4) / Math.log(10)),
            0.7f,
            (float) (2 / deviation),
            1,
            0
        };
        assertThat(batch.features().dense()).containsExactly(expected, within(1e-6f));
        assertThat(ids(batch, "q")).containsExactly(1, 1, 2, 2);
        assertThat(ids(batch, "d")).containsExactly(0, 1, 2, 0);
    }

    @Test
    void fittingDoesNotDependOnThreads() throws IOException {
        StringBuilder text = new StringBuilder("y,a,v\n");
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 100_000; i++) {
            text.append(i % 2)
                    .append(',')
                    .append(random.nextDouble())
                    .append(",w")
                    .append(random.nextInt(999))
                    .append('\n');
        }
        RawInput input = csv(text.toString());
        FeaturePipeline open = pipeline("""
                labels: [{name: y}]
                dense: [{name: a, steps: [standardize]}]
                sparse: [{name: v}, {name: q, source: a, ids: quantiles}]
                """);
        FittedFeatures one = fit(input, open, 1);
        FittedFeatures four = fit(input, open, 4);
        assertThat(four.pipeline()).isEqualTo(one.pipeline());
        assertThat(encode(input, four)
                        .features()
                        .sparse()
                        .equals(encode(input, one).features().sparse()))
                .isTrue();
    }

    @Test
    void cellsThatDoNotFitNameTheirPlace() throws IOException {
        RawInput input = csv("y,a,v\n1,2,x\n1,two,x\nmaybe,2,x\n1,2,\n0,3,z\n");
        FeaturePipeline rules = pipeline("""
                labels: [{name: y, rule: {kind: one_of, positive: ["1"], negative: ["0"]}}]
                dense: [{name: a}]
                sparse: [{name: v, ids: {kind: hash, rows: 10}, missing: fail}]
                """);
        List<String> reported = new ArrayList<>();
        FaultLog faults = new FaultLog(
                OnError.REPORT, fault -> reported.add(fault.line() + ":" + fault.column() + ": " + fault.what()));
        FittedFeatures features = new FittedFeatures(rules, new TreeMap<>());
        try (RawBatchReader reader = RawBatchReader.open(input, features, true, 10, 2, faults)) {
            Batch batch = reader.next().orElseThrow();
            assertThat(batch.size()).isEqualTo(2);
            assertThat(reader.lines()).containsExactly(2, 6);
            assertThat(batch.features().dense()).containsExactly(2, 3);
        }
        assertThat(reported)
                .containsExactly(
                        "3:3: expected a number, found 'two'",
                        "4:1: expected a label among [1] and [0], found 'maybe'",
                        "5:1: feature 'v' is missing");
    }

    @Test
    void rawBatchesHaveTheirSizeWhateverTheBlocks() throws IOException {
        StringBuilder text = new StringBuilder("y,v\n");
        for (int i = 0; i < 150_000; i++) {
            text.append(i % 2).append(',').append(i).append('\n');
        }
        RawInput input = csv(text.toString());
        FittedFeatures features = new FittedFeatures(
                pipeline("{labels: [{name: y}], sparse: [{name: v, ids: {kind: given, rows: 150000}}]}"),
                new TreeMap<>());
        long at = 0;
        FaultLog faults = new FaultLog(OnError.FAIL, fault -> {});
        try (RawBatchReader reader = RawBatchReader.open(input, features, true, 1024, 3, faults)) {
            for (var batch = reader.next(); batch.isPresent(); batch = reader.next()) {
                assertThat(batch.get().size()).isEqualTo((int) Math.min(1024, 150_000 - at));
                for (long id : ids(batch.get(), "v")) {
                    if (id != at++) {
                        throw new AssertionError("row " + (at - 1) + " holds " + id);
                    }
                }
            }
            assertThat(reader.position()).isEqualTo(150_000);
        }
    }

    @Test
    void wrongRulesAreExplained() {
        assertThatThrownBy(() -> pipeline("labels: []"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("features.labels is empty");
        assertThatThrownBy(() -> pipeline("{labels: [{name: y}], dense: [{source: a}]}"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("needs a `name`");
        assertThatThrownBy(() -> pipeline("{labels: [{name: y}], item: movie}"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("features.item is 'movie'");
        assertThatThrownBy(() -> pipeline("{labels: [{name: y}], dense: [{name: a, steps: [standardize, min_max]}]}"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("two steps to fit");
        assertThatThrownBy(() -> RowEncoder.create(
                        new FittedFeatures(pipeline("{labels: [{name: y}], dense: [{name: a}]}"), new TreeMap<>()),
                        List.of("y", "b"),
                        true))
                .isInstanceOf(InputException.class)
                .hasMessage("'a' comes from the column 'a', the input has [y, b]");
    }

    @Test
    void rangesInNamesAreWrittenOut() {
        FeaturePipeline rules = pipeline("{labels: [{name: y}], dense: [{name: 'I{1..13}', steps: [log]}]}");
        assertThat(rules.dense()).hasSize(13);
        assertThat(rules.dense().getLast().name()).isEqualTo("I13");
        assertThat(rules.dense().getLast().steps()).containsExactly(new NumberStep.Log());
    }
}
