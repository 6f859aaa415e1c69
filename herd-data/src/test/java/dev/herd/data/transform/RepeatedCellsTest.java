package dev.herd.data.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.Batch;
import dev.herd.data.InputException;
import dev.herd.data.InverseKeyedJaggedTensor;
import dev.herd.data.ReadFigures;
import dev.herd.data.config.Config;
import dev.herd.data.dedup.DedupGroups;
import dev.herd.data.raw.FaultLog;
import dev.herd.data.raw.OnError;
import dev.herd.data.raw.OrderedPipe;
import dev.herd.data.raw.RawBlock;
import dev.herd.data.raw.RawFault;
import dev.herd.data.raw.RawFormat;
import dev.herd.data.raw.RawInput;
import dev.herd.data.raw.RawReader;
import dev.herd.data.transform.RowEncoder.Encoded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RepeatedCellsTest {
    private static final List<String> COLUMNS = List.of("y", "user", "items", "tags", "weights");
    private static final DedupGroups GROUPS = DedupGroups.of(List.of(List.of("items"), List.of("tags", "user")));

    @TempDir
    Path temp;

    private static FittedFeatures features() {
        FeaturePipeline rules = Config.parse("""
                        labels: [{name: y}]
                        sparse:
                          - {name: user, ids: {kind: hash, rows: 100}}
                          - {name: items, arity: sequence, separator: ' ', max_length: 4, ids: {kind: given, rows: 90}, missing: no_id}
                          - {name: tags, arity: multi, separator: ' ', ids: {kind: hash, rows: 50}, weights: weights, missing: no_id}
                        """, "features", List.of(), FeaturePipeline.defaults())
                .expanded();
        return new FittedFeatures(rules, new TreeMap<>());
    }

    /// Rows whose cells often repeat an earlier one, of the row before or of one further up; one in thirty
    /// has an item that is none, or weights that do not match.
    private RawInput rows(long seed, int count, boolean faults) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> items = new ArrayList<>();
        List<String> tags = new ArrayList<>();
        StringBuilder text = new StringBuilder(String.join(",", COLUMNS)).append('\n');
        for (int r = 0; r < count; r++) {
            boolean repeats = r > 0 && random.nextInt(3) > 0;
            int from = random.nextInt(2) == 0 ? r - 1 : random.nextInt(Math.max(1, r));
            items.add(repeats ? items.get(from) : list(random, 100, faults ? 91 : 90));
            tags.add(repeats ? tags.get(from) : list(random, 3, 5) + "," + (faults && r % 30 == 7 ? "1 x" : ""));
            String tag = tags.get(r);
            int ids =
                    tag.startsWith(",") ? 0 : tag.substring(0, tag.indexOf(',')).split(" ").length;
            String weights = tag.endsWith(",") ? "1.5 ".repeat(ids).strip() : "";
            text.append(r % 2)
                    .append(",u")
                    .append(random.nextInt(9))
                    .append(',')
                    .append(items.get(r))
                    .append(',')
                    .append(tag)
                    .append(weights)
                    .append('\n');
        }
        return RawInput.of(Files.writeString(temp.resolve("rows.csv"), text.toString()), RawFormat.Csv.defaults());
    }

    private static String list(SplittableRandom random, int longest, int bound) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(Math.min(longest, 7)); i > 0; i--) {
            text.append(text.isEmpty() ? "" : " ").append(random.nextInt(bound));
        }
        return text.toString();
    }

    private static RawBlock block(RawInput input) {
        try (OrderedPipe<RawBlock> blocks = OrderedPipe.create(RawReader.open(input, "input"), 1, block -> block)) {
            return Objects.requireNonNull(blocks.next());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void copyingIdsOfEqualCellsGivesWhatTransformingEachRowAloneGives(long seed) throws IOException {
        RawBlock block = block(rows(seed, 400, true));
        RowEncoder encoder = RowEncoder.create(features(), COLUMNS, true);
        Encoded together = encoder.encode(block, row -> true);
        List<Batch> alone = new ArrayList<>();
        List<Integer> rows = new ArrayList<>();
        List<RawFault> faults = new ArrayList<>();
        for (int r = 0; r < block.rows(); r++) {
            int only = r;
            Encoded one = encoder.encode(block, row -> row == only);
            assertThat(one.repeated()).isZero();
            faults.addAll(one.faults());
            if (one.rows().length > 0) {
                alone.add(one.batch());
                rows.add(r);
            }
        }
        assertThat(faults).isNotEmpty();
        assertThat(together.faults()).isEqualTo(faults);
        assertThat(together.rows())
                .containsExactly(rows.stream().mapToInt(i -> i).toArray());
        assertThat(together.batch().features().sparse())
                .isEqualTo(Batch.stack(alone).features().sparse());
        assertThat(together.cells()).isEqualTo(2L * block.rows());
        assertThat(together.repeated()).isGreaterThan(block.rows());
    }

    /// Lists that drop their oldest value or none and take none, one or two new ones, beside such as only
    /// look like it: values that begin alike, empty values, a list that falls apart.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void copyingIdsOfCellsThatSlideGivesWhatTransformingEachRowAloneGives(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> list = new ArrayList<>();
        StringBuilder text = new StringBuilder("y,history\n");
        for (int r = 0; r < 500; r++) {
            if (random.nextInt(3) > 0 && !list.isEmpty()) {
                list.removeFirst();
            }
            for (int i = random.nextInt(3); i > 0; i--) {
                list.add(random.nextInt(12) == 0 ? "" : Integer.toString(random.nextInt(120)));
            }
            if (random.nextInt(20) == 0) {
                list.clear();
            }
            text.append("1,").append(String.join(" ", list)).append('\n');
        }
        RawBlock block = block(
                RawInput.of(Files.writeString(temp.resolve("slides.csv"), text.toString()), RawFormat.Csv.defaults()));
        FeaturePipeline rules = Config.parse("""
                        labels: [{name: y}]
                        sparse:
                          - {name: history, arity: sequence, separator: ' ', ids: {kind: given, rows: 115}, missing: no_id}
                        """, "features", List.of(), FeaturePipeline.defaults())
                .expanded();
        RowEncoder encoder =
                RowEncoder.create(new FittedFeatures(rules, new TreeMap<>()), List.of("y", "history"), true);
        Encoded together = encoder.encode(block, row -> true);
        List<Batch> alone = new ArrayList<>();
        for (int r = 0; r < block.rows(); r++) {
            int only = r;
            alone.add(encoder.encode(block, row -> row == only).batch());
        }
        assertThat(together.faults()).isNotEmpty();
        assertThat(together.batch().features().sparse())
                .isEqualTo(Batch.stack(alone).features().sparse());
    }

    private static List<Batch> read(RawInput input, DedupGroups groups, List<ReadFigures> figures) {
        List<Batch> batches = new ArrayList<>();
        FaultLog faults = new FaultLog(OnError.FAIL, fault -> {});
        try (RawBatchReader reader = RawBatchReader.open(input, features(), true, 64, 2, faults, groups)) {
            for (var next = reader.next(); next.isPresent(); next = reader.next()) {
                batches.add(next.get());
            }
            figures.add(reader.figures());
        }
        return batches;
    }

    @Test
    void rawBatchesHoldWindowsOfTheirOwnDistinctRows() throws IOException {
        RawInput input = rows(9, 1000, false);
        List<Batch> grouped = read(input, GROUPS, new ArrayList<>());
        List<Batch> windowed = read(input, DedupGroups.of(GROUPS.groups(), List.of("items")), new ArrayList<>());
        assertThat(windowed).hasSameSizeAs(grouped);
        for (int i = 0; i < grouped.size(); i++) {
            assertThat(windowed.get(i).features().groups())
                    .isEqualTo(grouped.get(i)
                            .withWindows(List.of("items"))
                            .features()
                            .groups())
                    .isNotEqualTo(grouped.get(i).features().groups());
        }
    }

    @Test
    void rawBatchesInGroupsExpandToThePlainOnesAndTheReaderCountsWhatItSpared() throws IOException {
        RawInput input = rows(9, 1000, false);
        List<ReadFigures> figures = new ArrayList<>();
        List<Batch> plain = read(input, DedupGroups.NONE, figures);
        List<Batch> grouped = read(input, GROUPS, figures);
        assertThat(grouped).hasSameSizeAs(plain).hasSize(16);
        for (int i = 0; i < plain.size(); i++) {
            assertThat(grouped.get(i).features().expanded())
                    .isEqualTo(plain.get(i).features().sparse());
            assertThat(grouped.get(i).features().groups())
                    .containsExactly(
                            InverseKeyedJaggedTensor.deduplicate(
                                    plain.get(i).features().sparse(), List.of("items")),
                            InverseKeyedJaggedTensor.deduplicate(
                                    plain.get(i).features().sparse(), List.of("tags", "user")));
        }
        ReadFigures found = figures.get(1);
        assertThat(found.rows()).isEqualTo(1000);
        assertThat(found.cells()).isEqualTo(2000);
        assertThat(found.repeatedCells())
                .isGreaterThan(1000)
                .isEqualTo(figures.get(0).repeatedCells());
        assertThat(found.factor()).isGreaterThan(1.1);
        assertThat(found.fillSeconds()).isPositive();
        assertThat(found.processSeconds()).isPositive();
        assertThat(found.convertSeconds()).isPositive();
    }

    @Test
    void aGroupThatNamesNoFeatureOfTheTransformsIsRefused() throws IOException {
        RawInput input = rows(1, 3, false);
        assertThatThrownBy(() -> read(input, DedupGroups.of(List.of(List.of("item"))), new ArrayList<>()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(
                        "'item', which is no feature of the dataset; id features are [user, items, tags]");
    }
}
