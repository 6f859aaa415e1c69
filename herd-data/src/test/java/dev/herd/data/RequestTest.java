package dev.herd.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.FeatureSchema.DenseFeature;
import dev.herd.data.FeatureSchema.SparseFeature;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestTest {
    private static final FeatureSchema SCHEMA = new FeatureSchema(
            List.of("click"),
            List.of(new DenseFeature("price")),
            List.of(
                    new SparseFeature("history", Arity.SEQUENCE, 50, false),
                    new SparseFeature("item", Arity.SINGLE, 50, false),
                    new SparseFeature("user", Arity.SINGLE, 50, false)),
            null,
            null,
            "item");

    private static final KeyedJaggedTensor CONTEXT =
            KeyedJaggedTensor.of(List.of("user", "history"), 1, new long[] {7, 4, 9, 4}, new int[] {0, 1, 4});

    private static Features candidates(int size) {
        long[] items = new long[size];
        int[] offsets = new int[size + 1];
        for (int i = 0; i < size; i++) {
            items[i] = 10 + i;
            offsets[i + 1] = i + 1;
        }
        return new Features(size, new float[size], KeyedJaggedTensor.of(List.of("item"), size, items, offsets));
    }

    @Test
    void theContextIsOneRowThatEveryCandidateEquals() {
        Features features = new Request(CONTEXT, candidates(2)).features(SCHEMA);

        assertThat(features.groups()).singleElement().satisfies(group -> {
            assertThat(group.uniqueRows()).isEqualTo(1);
            assertThat(group.unique()).isEqualTo(CONTEXT);
        });
        assertThat(features.expanded())
                .isEqualTo(KeyedJaggedTensor.of(
                        List.of("history", "item", "user"), 2, new long[] {4, 9, 4, 4, 9, 4, 10, 11, 7, 7}, new int[] {
                            0, 3, 6, 7, 8, 9, 10
                        }));
    }

    @Test
    void groupsOfTheCandidatesStayAndNoCandidatesAreNoRows() {
        Features grouped = candidates(3).grouped(List.of(List.of("item")));
        assertThat(new Request(CONTEXT, grouped).features(SCHEMA).expanded())
                .isEqualTo(new Request(CONTEXT, candidates(3)).features(SCHEMA).expanded());
        Features none = new Request(CONTEXT, candidates(0)).features(SCHEMA);
        assertThat(none.size()).isZero();
        assertThat(none.expanded().values()).isEmpty();
    }

    @Test
    void whatIsMissingTwiceOrOfAnotherLengthIsNamed() {
        assertThatThrownBy(() -> new Request(candidates(2).sparse(), candidates(2)))
                .hasMessage("the context of a request is one row, got 2 of [item]; what differs from candidate to"
                        + " candidate belongs to the candidates");
        Request lacking = new Request(CONTEXT.select(List.of("user")), candidates(2));
        assertThatThrownBy(() -> lacking.features(SCHEMA))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a request holds each id feature once, in its context or with its candidates; the context"
                        + " has [user], the candidates [item], the model reads [history, item, user]");
        Request twice = new Request(candidates(1).sparse(), new Request(CONTEXT, candidates(2)).features(SCHEMA));
        assertThatThrownBy(() -> twice.features(SCHEMA)).hasMessageContaining("the context has [item]");
        Features bare = new Features(2, new float[0], candidates(2).sparse());
        assertThatThrownBy(() -> new Request(CONTEXT, bare).features(SCHEMA))
                .hasMessage("each of 2 candidates needs 1 numeric inputs, got 0 numbers");
    }
}
