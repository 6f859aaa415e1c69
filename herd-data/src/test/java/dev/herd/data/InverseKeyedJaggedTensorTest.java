package dev.herd.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class InverseKeyedJaggedTensorTest {
    private static final List<String> KEYS = List.of("a", "b", "c");

    /// Few ids and short rows, so that rows repeat by chance as well as in runs; every third seed has
    /// weights.
    private static KeyedJaggedTensor repetitive(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int stride = random.nextInt(120);
        int[] offsets = new int[KEYS.size() * stride + 1];
        List<Long> values = new ArrayList<>();
        List<Float> weights = new ArrayList<>();
        for (int f = 0; f < KEYS.size(); f++) {
            int last = 0;
            for (int b = 0; b < stride; b++) {
                if (b > 0 && random.nextInt(4) > 0) {
                    int now = values.size();
                    values.addAll(List.copyOf(values.subList(last, now)));
                    weights.addAll(List.copyOf(weights.subList(last, now)));
                    last = now;
                } else {
                    last = values.size();
                    for (int i = random.nextInt(4); i > 0; i--) {
                        values.add((long) random.nextInt(3));
                        weights.add((float) random.nextInt(2));
                    }
                }
                offsets[f * stride + b + 1] = values.size();
            }
        }
        long[] ids = values.stream().mapToLong(Long::longValue).toArray();
        float[] given = new float[ids.length];
        for (int i = 0; i < given.length; i++) {
            given[i] = weights.get(i);
        }
        return seed % 3 == 0
                ? KeyedJaggedTensor.ofWeighted(KEYS, stride, ids, offsets, given)
                : KeyedJaggedTensor.of(KEYS, stride, ids, offsets);
    }

    private static List<Object> row(KeyedJaggedTensor tensor, int row) {
        List<Object> cells = new ArrayList<>();
        for (String key : tensor.keys()) {
            JaggedTensor feature = tensor.jagged(key);
            cells.add(Arrays.stream(feature.row(row)).boxed().toList());
            float[] weights = feature.weights();
            if (weights != null) {
                for (int i = feature.offsets()[row]; i < feature.offsets()[row + 1]; i++) {
                    cells.add(weights[i]);
                }
            }
        }
        return cells;
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
    void expandingGivesBackTheRowsByteForByteAndDistinctRowsAreNumberedAsTheyAreFirstSeen(long seed) {
        KeyedJaggedTensor rows = repetitive(seed);
        for (List<String> group : List.of(KEYS, List.of("b"), List.of("c", "a"))) {
            InverseKeyedJaggedTensor made = InverseKeyedJaggedTensor.deduplicate(rows, group);
            KeyedJaggedTensor plain = rows.select(group);
            assertThat(made.expand()).isEqualTo(plain);
            assertThat(made.keys()).isEqualTo(group);
            Map<List<Object>, Integer> seen = new HashMap<>();
            int[] expected = new int[plain.stride()];
            for (int b = 0; b < expected.length; b++) {
                int next = seen.size();
                expected[b] = seen.computeIfAbsent(row(plain, b), row -> next);
            }
            assertThat(made.inverseLookup()).isEqualTo(expected);
            assertThat(made.uniqueRows()).isEqualTo(seen.size());
            assertThat(made.unique().offsets()).isSorted().startsWith(0);
            assertThat(Arrays.stream(made.inverseLookup()).distinct().count()).isEqualTo(made.uniqueRows());
            assertThat(InverseKeyedJaggedTensor.of(made.unique(), made.inverseLookup()))
                    .isEqualTo(made);
            assertThat(made.expandedBytes()).isEqualTo(plain.bytes());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8})
    void slicesAreWhatSlicedRowsGiveAndStackedAreTheWhole(long seed) {
        KeyedJaggedTensor rows = repetitive(seed);
        InverseKeyedJaggedTensor whole = InverseKeyedJaggedTensor.deduplicate(rows, KEYS);
        SplittableRandom random = new SplittableRandom(seed);
        List<InverseKeyedJaggedTensor> slices = new ArrayList<>(List.of(whole.slice(0, 0)));
        for (int at = 0; at < rows.stride(); ) {
            int next = Math.min(rows.stride(), at + 1 + random.nextInt(30));
            slices.add(whole.slice(at, next));
            assertThat(slices.getLast()).isEqualTo(InverseKeyedJaggedTensor.deduplicate(rows.slice(at, next), KEYS));
            at = next;
        }
        assertThat(InverseKeyedJaggedTensor.stack(slices)).isEqualTo(whole);
    }

    @Test
    void aHashThatAlwaysCollidesMergesNothingThatDiffers() {
        for (long seed = 0; seed < 8; seed++) {
            KeyedJaggedTensor rows = repetitive(seed);
            TensorRows real = new TensorRows(rows, new int[] {0, 1, 2});
            DistinctRows expected = DistinctRows.of(real);
            DistinctRows colliding = DistinctRows.of(new DistinctRows.Rows() {
                @Override
                public int count() {
                    return real.count();
                }

                @Override
                public long hash(int row) {
                    return 42;
                }

                @Override
                public boolean same(int row, int other) {
                    return real.same(row, other);
                }
            });
            assertThat(colliding.numbers()).isEqualTo(expected.numbers());
            assertThat(colliding.firsts()).isEqualTo(expected.firsts());
        }
    }

    @Test
    void whereOneFeatureEndsAndTheNextBeginsIsPartOfARow() {
        KeyedJaggedTensor rows = KeyedJaggedTensor.of(
                List.of("a", "b"), 3, new long[] {1, 1, 2, 1, 2, 3, 3, 2, 3}, new int[] {0, 1, 3, 4, 6, 7, 9});
        InverseKeyedJaggedTensor made = InverseKeyedJaggedTensor.deduplicate(rows, List.of("a", "b"));
        assertThat(made.inverseLookup()).containsExactly(0, 1, 0);
        assertThat(made.unique().jagged("a").row(0)).containsExactly(1);
        assertThat(made.unique().jagged("b").row(0)).containsExactly(2, 3);
        assertThat(made.unique().jagged("a").row(1)).containsExactly(1, 2);
        assertThat(made.unique().jagged("b").row(1)).containsExactly(3);
    }

    @Test
    void orderOfIdsAndTheBitsOfWeightsTellRowsApart() {
        KeyedJaggedTensor order = KeyedJaggedTensor.of(List.of("a"), 2, new long[] {1, 2, 2, 1}, new int[] {0, 2, 4});
        assertThat(InverseKeyedJaggedTensor.deduplicate(order, List.of("a")).uniqueRows())
                .isEqualTo(2);
        float otherNan = Float.intBitsToFloat(0x7fc00001);
        KeyedJaggedTensor bits = KeyedJaggedTensor.ofWeighted(
                List.of("a"), 6, new long[6], new int[] {0, 1, 2, 3, 4, 5, 6}, new float[] {
                    0f, -0f, Float.NaN, otherNan, 0f, Float.NaN
                });
        assertThat(InverseKeyedJaggedTensor.deduplicate(bits, List.of("a")).inverseLookup())
                .containsExactly(0, 1, 2, 3, 0, 2);
    }

    @Test
    void sizesAreCounted() {
        KeyedJaggedTensor rows =
                KeyedJaggedTensor.of(List.of("a"), 4, new long[] {1, 2, 1, 2, 1, 2, 9}, new int[] {0, 2, 4, 6, 7});
        InverseKeyedJaggedTensor made = InverseKeyedJaggedTensor.deduplicate(rows, List.of("a"));
        assertThat(made.dedupeFactor()).isEqualTo(7.0 / 3);
        assertThat(made.bytes()).isEqualTo(3 * 8 + 3 * 4 + 4 * 4);
        assertThat(made.expandedBytes()).isEqualTo(7 * 8 + 5 * 4);
    }

    @Test
    void misuseIsExplained() {
        KeyedJaggedTensor rows = KeyedJaggedTensor.of(List.of("a"), 2, new long[] {1, 2}, new int[] {0, 1, 2});
        assertThatThrownBy(() -> InverseKeyedJaggedTensor.of(rows, new int[] {1, 0}))
                .hasMessage("inverseLookup[0]=1: unique rows are numbered in the order in which they are first seen,"
                        + " the next is 0");
        assertThatThrownBy(() -> InverseKeyedJaggedTensor.of(rows, new int[] {0, 0}))
                .hasMessage("inverseLookup uses 1 unique rows, there are 2");
        assertThatThrownBy(() -> InverseKeyedJaggedTensor.of(rows, new int[] {0, -1}))
                .hasMessageContaining("inverseLookup[1]=-1");
        assertThatThrownBy(() -> InverseKeyedJaggedTensor.deduplicate(rows, List.of()))
                .hasMessage("a group needs at least one feature");
        assertThatThrownBy(() -> InverseKeyedJaggedTensor.deduplicate(rows, List.of("a", "a")))
                .hasMessage("a feature occurs twice in the group [a, a]");
        assertThatThrownBy(() -> InverseKeyedJaggedTensor.deduplicate(rows, List.of("z")))
                .hasMessage("no feature 'z'; the keys are [a]");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6})
    void featuresInGroupsExpandToTheSchemasOrder(long seed) {
        KeyedJaggedTensor rows = repetitive(seed);
        Features plain = new Features(rows.stride(), new float[2 * rows.stride()], rows);
        assertThat(plain.expanded()).isSameAs(rows);
        for (List<List<String>> groups :
                List.of(List.of(List.of("b")), List.of(List.of("c", "a")), List.of(List.of("c"), List.of("a", "b")))) {
            Features grouped = plain.grouped(groups);
            assertThat(grouped.keys()).isEqualTo(KEYS);
            assertThat(grouped.groups().stream().map(InverseKeyedJaggedTensor::keys))
                    .isEqualTo(groups);
            assertThat(grouped.sparse().keys())
                    .doesNotContainAnyElementsOf(grouped.groups().getFirst().keys());
            assertThat(grouped.expanded()).isEqualTo(rows);
            assertThat(grouped.withoutGroups().sparse()).isEqualTo(rows);
            int half = rows.stride() / 2;
            Features again = Features.stack(List.of(grouped.slice(0, half), grouped.slice(half, rows.stride())));
            assertThat(again.expanded()).isEqualTo(rows);
            assertThat(again.groups()).isEqualTo(grouped.groups());
        }
    }

    @Test
    void featuresRefuseGroupsThatDoNotFit() {
        KeyedJaggedTensor rows =
                KeyedJaggedTensor.of(List.of("a", "b"), 2, new long[] {1, 1, 2, 3}, new int[] {0, 1, 2, 3, 4});
        InverseKeyedJaggedTensor group = InverseKeyedJaggedTensor.deduplicate(rows, List.of("a"));
        assertThatThrownBy(() -> new Features(2, new float[0], rows, List.of(group)))
                .hasMessageContaining("a feature is in two groups, or in one and among the others: [a, b, a]");
        assertThatThrownBy(() -> new Features(2, new float[0], rows.select(List.of("b")), List.of(group.slice(0, 1))))
                .hasMessage("group [a] has 1 rows, the batch has 2");
        assertThatThrownBy(() ->
                        new Features(2, new float[0], rows.select(List.of("b")), List.of(group), List.of("a", "c")))
                .hasMessageContaining("are not the keys [a, c]");
        Features grouped = new Features(2, new float[0], rows.select(List.of("b")), List.of(group));
        assertThatThrownBy(() -> Features.stack(List.of(grouped, grouped.withoutGroups())))
                .hasMessageContaining("need the same groups, got [[a]] and []");
    }

    @Test
    void rangesOfTheBatchCanHaveUniqueRowsOfTheirOwn() {
        KeyedJaggedTensor rows =
                KeyedJaggedTensor.of(List.of("a"), 6, new long[] {5, 5, 7, 5, 7, 5}, new int[] {0, 1, 2, 3, 4, 5, 6});
        InverseKeyedJaggedTensor whole = InverseKeyedJaggedTensor.deduplicate(rows, List.of("a"));
        InverseKeyedJaggedTensor apart = whole.within(0, 2, 5);
        assertThat(apart.inverseLookup()).containsExactly(0, 0, 1, 2, 1, 3);
        assertThat(apart.unique().values()).containsExactly(5, 7, 5, 5);
        assertThat(apart.expand()).isEqualTo(rows);
        assertThat(whole.within(0)).isSameAs(whole);
    }

    @Test
    void windowsAreThoseOfTheDistinctRowsAndStayWhereRowsAreCutOrStacked() {
        List<String> keys = List.of("list", "user");
        KeyedJaggedTensor rows =
                KeyedJaggedTensor.of(keys, 4, new long[] {1, 2, 3, 2, 3, 4, 2, 3, 4, 3, 4, 5, 7, 7, 7, 7}, new int[] {
                    0, 3, 6, 9, 12, 13, 14, 15, 16
                });
        InverseKeyedJaggedTensor plain = InverseKeyedJaggedTensor.deduplicate(rows, keys);
        InverseKeyedJaggedTensor held = plain.withWindows(List.of("list", "absent"));
        assertThat(plain.windows("list")).isNull();
        assertThat(held.windows("user")).isNull();
        assertThat(windows(held)).containsExactly(1, 2, 3, 4, 5);
        assertThat(held).isNotEqualTo(plain);
        assertThat(held.bytes()).isEqualTo(plain.bytes() + 5 * 8 + 3 * 8);
        assertThat(held.expand()).isEqualTo(rows);
        assertThat(windows(held.slice(1, 3))).containsExactly(2, 3, 4);
        InverseKeyedJaggedTensor apart = held.within(0, 2);
        assertThat(apart.uniqueRows()).isEqualTo(4);
        assertThat(windows(apart)).containsExactly(1, 2, 3, 4, 5);
        assertThat(windows(InverseKeyedJaggedTensor.stack(List.of(held.slice(0, 2), held.slice(2, 4)))))
                .containsExactly(1, 2, 3, 4, 5);
    }

    private static long[] windows(InverseKeyedJaggedTensor group) {
        return java.util.Objects.requireNonNull(group.windows("list")).values();
    }
}
