package dev.herd.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyedJaggedTensorTest {
    private static KeyedJaggedTensor random(SplittableRandom random, List<String> keys, int stride, boolean weighted) {
        int[] offsets = new int[keys.size() * stride + 1];
        for (int i = 1; i < offsets.length; i++) {
            offsets[i] = offsets[i - 1] + Math.max(0, random.nextInt(5) - 1);
        }
        long[] values = random.longs(offsets[offsets.length - 1], 0, 1L << 40).toArray();
        if (!weighted) {
            return KeyedJaggedTensor.of(keys, stride, values, offsets);
        }
        float[] weights = new float[values.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextDouble();
        }
        return KeyedJaggedTensor.ofWeighted(keys, stride, values, offsets, weights);
    }

    @Test
    void theLayoutIsTheOneOfThePaper() {
        KeyedJaggedTensor tensor = KeyedJaggedTensor.of(
                List.of("a", "b"), 3, new long[] {1, 2, 3, 4, 5, 6, 7, 8}, new int[] {0, 2, 2, 3, 4, 5, 8});
        assertThat(tensor.jagged("a").row(0)).containsExactly(1, 2);
        assertThat(tensor.jagged("a").row(1)).isEmpty();
        assertThat(tensor.jagged("b").row(2)).containsExactly(6, 7, 8);
        assertThat(tensor.length(1, 2)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void slicesStackedGiveTheWhole(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int stride = 1 + random.nextInt(40);
        KeyedJaggedTensor whole = random(random, List.of("a", "b", "c"), stride, seed % 2 == 0);
        List<KeyedJaggedTensor> slices = new ArrayList<>();
        for (int at = 0; at < stride; ) {
            int next = Math.min(stride, at + 1 + random.nextInt(10));
            slices.add(whole.slice(at, next));
            at = next;
        }
        assertThat(KeyedJaggedTensor.stack(slices)).isEqualTo(whole);
        assertThat(whole.slice(0, 0).values()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void selectedFeaturesConcatenatedGiveThePermutation(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> keys = List.of("a", "b", "c", "d");
        KeyedJaggedTensor whole = random(random, keys, random.nextInt(20), seed % 2 == 0);
        int[] order = IntStream.range(0, 4).toArray();
        for (int i = 3; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int moved = order[i];
            order[i] = order[j];
            order[j] = moved;
        }
        KeyedJaggedTensor permuted = whole.permute(order);
        KeyedJaggedTensor joined = KeyedJaggedTensor.concat(Arrays.stream(order)
                .mapToObj(f -> whole.select(List.of(keys.get(f))))
                .toList());
        assertThat(joined).isEqualTo(permuted);
        for (String key : keys) {
            assertThat(permuted.jagged(key)).isEqualTo(whole.jagged(key));
        }
        assertThat(permuted.select(keys)).isEqualTo(whole);
    }

    @Test
    void unweightedIdsWeighOneBesideWeightedOnes() {
        SplittableRandom random = new SplittableRandom(9);
        KeyedJaggedTensor plain = random(random, List.of("a"), 10, false);
        KeyedJaggedTensor weighted = random(random, List.of("b"), 10, true);
        KeyedJaggedTensor joined = KeyedJaggedTensor.concat(List.of(plain, weighted));
        assertThat(joined.jagged("a").weights()).containsOnly(1f);
        assertThat(joined.jagged("b")).isEqualTo(weighted.jagged("b"));
    }

    @Test
    void misuseIsExplained() {
        KeyedJaggedTensor tensor = random(new SplittableRandom(1), List.of("a", "b"), 3, false);
        assertThatThrownBy(() -> tensor.select(List.of("c"))).hasMessage("no feature 'c'; the keys are [a, b]");
        assertThatThrownBy(() -> tensor.permute(0, 0)).hasMessageContaining("not a permutation of 2 features");
        assertThatThrownBy(() -> KeyedJaggedTensor.concat(List.of(tensor, tensor)))
                .hasMessageContaining("key 'a' occurs twice");
        assertThatThrownBy(() -> KeyedJaggedTensor.concat(List.of(tensor, tensor.slice(0, 1))))
                .hasMessageContaining("same number of rows, got 3 and 1");
        assertThatThrownBy(() -> KeyedJaggedTensor.of(List.of("a"), 1, new long[1], new int[] {0, 2}))
                .hasMessageContaining("offsets must run from 0 to 1");
    }
}
