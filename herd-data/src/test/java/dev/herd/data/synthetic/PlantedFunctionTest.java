package dev.herd.data.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.herd.data.Batch;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.data.synthetic.PlantedFunction.Interaction;
import dev.herd.numerics.CounterRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlantedFunctionTest {
    @Test
    void probabilitiesAreThoseThatTheRowsOfTheBatchImply() {
        SyntheticLog.Config config = Logs.rich(20_000);
        LogGenerator generator = new LogGenerator(config);
        for (long number = 0; number < generator.blocks(); number++) {
            LogBlock block = generator.block(number);
            for (int row = 0; row < block.batch().size(); row += 37) {
                assertThat(block.clickProbabilities()[row])
                        .isCloseTo(slowProbability(config, generator, block.batch(), row), within(1e-12));
            }
        }
    }

    /// Straight from the definition, for one row of a finished batch.
    private static double slowProbability(SyntheticLog.Config config, LogGenerator generator, Batch batch, int row) {
        double logit = generator.bias();
        for (Interaction interaction : generator.function().interactions()) {
            logit += interaction.amplitude() * slowProduct(config, batch, row, interaction);
        }
        logit += slowInterest(config, batch, row);
        double noise = config.label().noise();
        return (1 - noise) * (1 / (1 + Math.exp(-logit)))
                + noise * config.label().clickRate();
    }

    /// Neighbors meet by inner products over `rank` traits; a last one without a partner is a factor by
    /// itself.
    private static double slowProduct(SyntheticLog.Config config, Batch batch, int row, Interaction interaction) {
        int[] columns = interaction.columns();
        int traits = config.label().traits();
        double product = 1;
        for (int i = 0; i < columns.length; i += 2) {
            if (i + 1 == columns.length) {
                product *=
                        slowFactor(config, batch, row, columns[i], interaction.traits()[i]);
                continue;
            }
            double inner = 0;
            for (int t = 0; t < interaction.rank(); t++) {
                inner += slowFactor(config, batch, row, columns[i], (interaction.traits()[i] + t) % traits)
                        * slowFactor(
                                config, batch, row, columns[i + 1], (interaction.traits()[i + 1] + t) % traits);
            }
            product *= inner / Math.sqrt(interaction.rank());
        }
        return product;
    }

    private static double slowInterest(SyntheticLog.Config config, Batch batch, int row) {
        int kinds = config.label().interest().kinds();
        Permutation ids = Permutation.of(config.traffic().items(), seed(config, "ids", 1), 0);
        KeyedJaggedTensor sparse = batch.features().sparse();
        long[] shown = sparse.jagged("item").row(row);
        long[] seen = sparse.jagged("history").row(row);
        double excess = 0;
        for (long id : seen) {
            excess += (ids.rank(id) % kinds == ids.rank(shown[0]) % kinds ? 1 : 0) - 1.0 / kinds;
        }
        double variance = (1 + config.features().history()) / 2.0 * (kinds - 1) / (kinds * kinds);
        return config.label().interestAmplitude() * excess / Math.sqrt(variance);
    }

    @Test
    void theInterestHasItsShareOfTheVariance() {
        PlantedLabel label = new PlantedLabel(
                0.3, 2, 1, List.of(new PlantedLabel.Interactions(1, 2, 0.6)), 0, 0, new PlantedLabel.Interest(5, 0.4));
        SyntheticLog.Config config = new SyntheticLog.Config(
                3,
                50_000,
                new Traffic(300, 200, 5, 1, 0, 0),
                new LogFeatures(List.of(), List.of(), 9, 0),
                label,
                0.1,
                0.1);
        double sum = 0;
        double squares = 0;
        int rows = 0;
        for (LogBlock block : Logs.blocks(config, 1)) {
            for (int row = 0; row < block.batch().size(); row += 5) {
                double term = slowInterest(config, block.batch(), row);
                sum += term;
                squares += term * term;
                rows++;
            }
        }
        assertThat(sum / rows).isCloseTo(0, within(0.05));
        assertThat(squares / rows).isCloseTo(0.4 * 4, within(0.1));
    }

    @Test
    void anInterestWithoutAHistoryIsRefused() {
        PlantedLabel label = new PlantedLabel(
                0.3, 2, 1, List.of(new PlantedLabel.Interactions(1, 2, 1)), 0, 0, new PlantedLabel.Interest(5, 1));
        assertThatThrownBy(() -> Logs.plain(100, Traffic.defaults(), label))
                .hasMessage("label.interest needs a history; set features.history above 0");
        assertThatThrownBy(() -> new PlantedLabel.Interest(1, 1)).hasMessage("interest needs at least 2 kinds, got 1");
    }

    private static double slowFactor(SyntheticLog.Config config, Batch batch, int row, int column, int trait) {
        KeyedJaggedTensor sparse = batch.features().sparse();
        if (column >= sparse.keys().size()) {
            double x = batch.features()
                    .dense()[
                    row * config.features().dense() + column - sparse.keys().size()];
            return trait == 0 ? x : (x * x - 1) / Math.sqrt(2);
        }
        Column described = Column.of(config.traffic(), config.features()).get(column);
        int permuted = described.name().equals("history") ? 1 : column;
        Permutation ids = Permutation.of(described.ids(), seed(config, "ids", permuted), 0);
        double day = Math.floor((batch.timestamps()[row] - 1_767_225_600) / 86_400.0);
        double angle = config.label().drift() * day;
        double sum = 0;
        int at = column * sparse.stride() + row;
        for (int i = sparse.offsets()[at]; i < sparse.offsets()[at + 1]; i++) {
            long rank = ids.rank(sparse.values()[i]);
            double a = slowTrait(seed(config, "traits", column), 2 * trait, rank);
            double b = slowTrait(seed(config, "traits", column), 2 * trait + 1, rank);
            sum += Objects.requireNonNull(sparse.weights())[i] * (Math.cos(angle) * a + Math.sin(angle) * b);
        }
        return sum / Math.sqrt((described.minLength() + described.maxLength()) / 2.0);
    }

    private static double slowTrait(long seed, int stream, long rank) {
        double size = Math.sqrt(0.5 + CounterRandom.uniform(seed, stream, rank / 2));
        boolean negative = (CounterRandom.bits(seed, stream, rank / 2) + rank) % 2 != 0;
        return negative ? -size : size;
    }

    private static long seed(SyntheticLog.Config config, String purpose, int column) {
        return CounterRandom.bits(config.seed(), purpose.hashCode(), column);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void aProductOfOrderKCannotBeSeenWithoutAllOfItsFeatures(int order) {
        // all combinations of 4 equally likely ids of each feature
        PlantedFunction function = single(order);
        int combinations = 1 << (2 * order);
        double[] logits = function.logits(combinations(order), sessions(combinations));
        double scale = Arrays.stream(logits).map(Math::abs).max().orElseThrow();
        assertThat(scale).isGreaterThan(0.1);
        for (int feature = 0; feature < order; feature++) {
            double turned = 0;
            for (int i = 0; i < combinations; i++) {
                // the neighbor in popularity of one feature alone turns the whole contribution around
                turned = Math.max(turned, Math.abs(logits[i ^ (1 << (2 * feature))] + logits[i]));
            }
            assertThat(turned).isLessThan(1e-15);
            assertThat(sumOverFeature(logits, feature)).isLessThan(1e-12 * scale);
        }
    }

    /// The largest absolute sum over the four ids of one feature with all others fixed.
    private static double sumOverFeature(double[] logits, int feature) {
        int step = 1 << (2 * feature);
        double largest = 0;
        for (int i = 0; i < logits.length; i++) {
            if ((i / step) % 4 == 0) {
                double sum = logits[i] + logits[i + step] + logits[i + 2 * step] + logits[i + 3 * step];
                largest = Math.max(largest, Math.abs(sum));
            }
        }
        return largest;
    }

    @Test
    void everyOrderHasItsShareOfTheVariance() {
        PlantedLabel label = new PlantedLabel(
                0.5,
                3,
                1,
                List.of(
                        new PlantedLabel.Interactions(1, 4, 0.5),
                        new PlantedLabel.Interactions(2, 4, 1.0),
                        new PlantedLabel.Interactions(5, 2, 0.5)),
                0,
                0,
                PlantedLabel.Interest.defaults());
        List<Traits> traits = traits(8, 1000);
        PlantedFunction whole = PlantedFunction.of(label, traits, 3);
        assertThat(whole.interactions()).hasSize(10);
        assertThat(whole.interactions()).extracting(i -> i.columns().length).containsOnly(1, 2, 5);
        List<ColumnValues> values = randomValues(8, 1000, 200_000);
        double[] logits = whole.logits(values, sessions(200_000));
        assertThat(variance(logits)).isCloseTo(9, within(0.5));
        double[] amplitudes = whole.interactions().stream()
                .mapToDouble(Interaction::amplitude)
                .map(a -> a * a)
                .toArray();
        assertThat(Arrays.stream(amplitudes, 0, 4).sum()).isCloseTo(9 * 0.25, within(1e-12));
        assertThat(Arrays.stream(amplitudes, 4, 8).sum()).isCloseTo(9 * 0.5, within(1e-12));
        assertThat(Arrays.stream(amplitudes, 8, 10).sum()).isCloseTo(9 * 0.25, within(1e-12));
    }

    @Test
    void innerProductsKeepTheirShareOfTheVariance() {
        PlantedLabel label = label(4, new PlantedLabel.Interactions(4, 3, 1, 4, false));
        PlantedFunction function = PlantedFunction.of(label, traits(12, 1000), 3);
        double[] logits = function.logits(randomValues(12, 1000, 200_000), sessions(200_000));
        assertThat(variance(logits)).isCloseTo(1, within(0.1));
    }

    @Test
    void aNestedProductIsMadeOfTwoPlantedOnesWithoutACommonFeature() {
        PlantedLabel label = label(
                4,
                new PlantedLabel.Interactions(2, 6, 0.5, 4, false),
                new PlantedLabel.Interactions(4, 5, 0.5, 1, true));
        List<Interaction> all = PlantedFunction.of(label, traits(12, 100), 3).interactions();
        List<List<Integer>> pairs =
                all.subList(0, 6).stream().map(pair -> columns(pair, 0, 2)).toList();
        assertThat(all).hasSize(11);
        for (Interaction nested : all.subList(6, 11)) {
            assertThat(nested.rank()).isEqualTo(4);
            assertThat(pairs).contains(columns(nested, 0, 2), columns(nested, 2, 4));
            assertThat(columns(nested, 0, 4)).doesNotHaveDuplicates();
        }
    }

    @Test
    void nestedProductsWithoutEnoughEarlierOnesAreRefused() {
        PlantedLabel label = label(1, new PlantedLabel.Interactions(4, 2, 1, 1, true));
        assertThatThrownBy(() -> PlantedFunction.of(label, traits(8, 100), 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("nested interactions of order 4 need pairs of products of order 2 without a common feature"
                        + " in earlier entries; found 0 of 2");
    }

    @Test
    void aRankBeyondTheTraitsIsRefused() {
        assertThatThrownBy(() -> label(2, new PlantedLabel.Interactions(2, 1, 1, 3, false)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("interactions of rank 3 need as many `traits`, there are 2");
    }

    private static PlantedLabel label(int traits, PlantedLabel.Interactions... groups) {
        return new PlantedLabel(0.5, 1, traits, List.of(groups), 0, 0, PlantedLabel.Interest.defaults());
    }

    private static List<Integer> columns(Interaction interaction, int from, int to) {
        return Arrays.stream(interaction.columns(), from, to).boxed().toList();
    }

    @Test
    void interactionsDealOutTheFeaturesEvenly() {
        PlantedLabel label = new PlantedLabel(
                0.5, 1, 1, List.of(new PlantedLabel.Interactions(3, 10, 1)), 0, 0, PlantedLabel.Interest.defaults());
        int[] uses = new int[5];
        for (Interaction interaction :
                PlantedFunction.of(label, traits(5, 10), 8).interactions()) {
            assertThat(interaction.columns()).doesNotHaveDuplicates();
            for (int column : interaction.columns()) {
                uses[column]++;
            }
        }
        assertThat(uses).containsOnly(6);
    }

    @Test
    void biasBringsTheMeanProbabilityToTheRate() {
        double[] logits = {-3, 0.5, 1, 4};
        double bias = Bias.forRate(0.2, logits);
        double mean =
                Arrays.stream(logits).map(z -> 1 / (1 + Math.exp(-z - bias))).sum() / 4;
        assertThat(mean).isCloseTo(0.2, within(1e-12));
    }

    private static PlantedFunction single(int order) {
        PlantedLabel label = new PlantedLabel(
                0.5, 1, 1, List.of(new PlantedLabel.Interactions(order, 1, 1)), 0, 0, PlantedLabel.Interest.defaults());
        return PlantedFunction.of(label, traits(order, 4), 1);
    }

    private static List<Traits> traits(int columns, long ids) {
        return java.util.stream.IntStream.range(0, columns)
                .mapToObj(
                        i -> new Traits(new Column("c" + i, Column.Kind.CATEGORY, ids, 1, 1, false, 0, -1), 0, 100 + i))
                .toList();
    }

    private static List<ColumnValues> combinations(int columns) {
        int rows = 1 << (2 * columns);
        return java.util.stream.IntStream.range(0, columns)
                .mapToObj(column -> values(rows, row -> (row >> (2 * column)) & 3))
                .toList();
    }

    private static List<ColumnValues> randomValues(int columns, long ids, int rows) {
        return java.util.stream.IntStream.range(0, columns)
                .mapToObj(column -> values(rows, row -> CounterRandom.below(77, column, row, ids)))
                .toList();
    }

    private static ColumnValues values(int rows, java.util.function.IntToLongFunction rank) {
        int[] offsets = new int[rows + 1];
        Arrays.setAll(offsets, i -> i);
        long[] ranks = new long[rows];
        Arrays.setAll(ranks, rank);
        float[] weights = new float[rows];
        Arrays.fill(weights, 1);
        return new ColumnValues(offsets, ranks, weights);
    }

    private static Sessions sessions(int rows) {
        return new Sessions(new long[rows], new long[rows], new boolean[rows], new long[rows], new long[rows]);
    }

    private static double variance(double[] values) {
        double mean = Arrays.stream(values).average().orElseThrow();
        return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    }
}
