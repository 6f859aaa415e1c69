package dev.herd.data.transform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.herd.data.Batch;
import dev.herd.data.config.Config;
import dev.herd.data.raw.OrderedPipe;
import dev.herd.data.raw.RawBlock;
import dev.herd.data.raw.RawFormat;
import dev.herd.data.raw.RawInput;
import dev.herd.data.raw.RawReader;
import dev.herd.data.transform.RowEncoder.Encoded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SingleHashEncoderTest {
    private static final String PIPELINE = """
            labels: [{name: y}, {name: z, source: a, rule: {kind: at_least, threshold: 2}}]
            dense:
              - {name: a, steps: [{kind: log}]}
              - {name: b, steps: [{kind: log}, {kind: standardize, mean: 1.5, deviation: 2}], missing: -1}
            sparse:
              - {name: c, ids: {kind: hash, rows: 1000}}
              - {name: d, ids: {kind: hash, rows: 7, seed: 9}, missing: zero}
              - {name: a2, source: a, ids: {kind: hash, rows: 1000, seed: 3}}
            """;

    @TempDir
    Path temp;

    private static FeaturePipeline pipeline(String yaml) {
        return Config.parse(yaml, "features", List.of(), FeaturePipeline.defaults())
                .expanded();
    }

    private RawBlock block(String text) throws IOException {
        RawInput input = RawInput.of(Files.writeString(temp.resolve("rows.csv"), text), RawFormat.Csv.defaults());
        try (OrderedPipe<RawBlock> blocks = OrderedPipe.create(RawReader.open(input, "input"), 1, block -> block)) {
            return Objects.requireNonNull(blocks.next());
        }
    }

    private static String rows(int count) {
        SplittableRandom random = new SplittableRandom(11);
        StringBuilder text = new StringBuilder("y,a,b,c,d\n");
        for (int r = 0; r < count; r++) {
            text.append(random.nextInt(2))
                    .append(',')
                    .append(random.nextInt(-3, 40_000))
                    .append(',');
            text.append(random.nextInt(4) == 0 ? "" : random.nextInt(100) / 8.0).append(',');
            text.append(random.nextInt(4) == 0 ? "" : Long.toHexString(random.nextLong() >>> random.nextInt(60)));
            text.append(',')
                    .append(random.nextInt(4) == 0 ? "" : "text " + random.nextInt(50))
                    .append('\n');
        }
        return text.toString();
    }

    private static void assertSame(Encoded actual, Encoded expected) {
        assertThat(actual.rows()).isEqualTo(expected.rows());
        assertThat(actual.faults()).isEqualTo(expected.faults());
        assertThat(actual.batch().labels()).isEqualTo(expected.batch().labels());
        assertThat(actual.batch().features().dense())
                .isEqualTo(expected.batch().features().dense());
        assertThat(actual.batch().features().sparse())
                .isEqualTo(expected.batch().features().sparse());
        assertThat(actual.batch().sessions()).isEqualTo(expected.batch().sessions());
        assertThat(actual.batch().timestamps()).isEqualTo(expected.batch().timestamps());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theFastWayGivesWhatTheGeneralWayGives(boolean labelled) throws IOException {
        RawBlock block = block(rows(500));
        FittedFeatures features = new FittedFeatures(pipeline(PIPELINE), new TreeMap<>());
        RowEncoder encoder = RowEncoder.create(features, List.of("y", "a", "b", "c", "d"), labelled);
        int[] all = IntStream.range(0, 500).toArray();
        assertSame(encoder.encode(block, row -> true), encoder.encodeRowByRow(block, all));
        int[] third = IntStream.range(0, 500).filter(row -> row % 3 == 0).toArray();
        assertSame(encoder.encode(block, row -> row % 3 == 0), encoder.encodeRowByRow(block, third));
        assertSame(encoder.encode(block, row -> false), encoder.encodeRowByRow(block, new int[0]));
    }

    @Test
    void aBlockWithAFaultIsLeftToTheGeneralWay() throws IOException {
        RawBlock block = block(rows(20) + "1,x,2,c,d\n" + "1,2,3,c,d\n");
        FittedFeatures features = new FittedFeatures(pipeline(PIPELINE), new TreeMap<>());
        RowEncoder encoder = RowEncoder.create(features, List.of("y", "a", "b", "c", "d"), true);
        Encoded encoded = encoder.encode(block, row -> true);
        assertThat(encoded.rows()).hasSize(21);
        assertThat(encoded.faults()).hasSize(1);
        assertThat(encoded.faults().getFirst().what()).isEqualTo("expected a number, found 'x'");
        SingleHashEncoder fast = fast(PIPELINE);
        assertThat(fast.encode(block, new int[] {19, 20})).isNull();
        Batch rest = fast.encode(block, new int[] {19, 21});
        assertThat(Objects.requireNonNull(rest).size()).isEqualTo(2);
    }

    private static SingleHashEncoder fast(String yaml) {
        return Objects.requireNonNull(
                SingleHashEncoder.of(pipeline(yaml), new int[] {0, 1}, new int[] {1, 2}, new int[] {3, 4, 1}));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{labels: [{name: y}], sparse: [{name: c}]}",
                "{labels: [{name: y}], sparse: [{name: c, ids: {kind: given, rows: 9}}]}",
                "{labels: [{name: y}], sparse: [{name: c, ids: {kind: hash}, arity: multi, separator: ' '}]}",
                "{labels: [{name: y}], sparse: [{name: c, ids: {kind: hash}, missing: fail}]}",
                "{labels: [{name: y}], sparse: [{name: c, ids: {kind: hash}, steps: [{kind: floor_log2}]}]}",
                "{labels: [{name: y}], sparse: [{name: c, ids: {kind: hash}, weights: d}]}",
                "{labels: [{name: y}], session: d, sparse: [{name: c, ids: {kind: hash}}]}",
                "{labels: [{name: y, rule: {kind: one_of, positive: [a]}}], sparse: [{name: c, ids: {kind: hash}}]}"
            })
    void otherPipelinesTakeTheGeneralWay(String yaml) {
        assertThat(SingleHashEncoder.of(pipeline(yaml), new int[] {0}, new int[0], new int[] {3}))
                .isNull();
    }

    @Test
    void logarithmsHaveTheBitsOfTheJdks() {
        for (int x = -2; x < 40_000; x++) {
            assertSameBits(x);
            assertSameBits(x + 0.5);
        }
        for (double x : new double[] {-0.0, Double.NaN, 1e300, Double.POSITIVE_INFINITY, 4294967296.0, 1e-300}) {
            assertSameBits(x);
        }
    }

    private static void assertSameBits(double x) {
        long expected = Double.doubleToRawLongBits(Math.log1p(x));
        if (Double.doubleToRawLongBits(Logarithms.log1p(x)) != expected) {
            throw new AssertionError("log1p(" + x + ") is " + Logarithms.log1p(x));
        }
    }
}
