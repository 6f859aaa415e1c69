package dev.herd.models.behavior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.InputException;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.Schemas;
import java.util.List;
import org.junit.jupiter.api.Test;

class BehaviorsTest {
    private static final FeatureSchema SCHEMA = Schemas.withSequences(1, 2);

    @Test
    void withoutAKeyEverySequenceIsComparedWithTheItem() {
        Behaviors behaviors = Behaviors.of(List.of(), SCHEMA);
        assertThat(behaviors.all()).containsExactly(Behavior.of("history", "item"), Behavior.of("searches", "item"));
        assertThat(behaviors.rest().sparse()).extracting(SparseFeature::name).containsExactly("user", "item", "tags");
    }

    @Test
    void sequencesThatAreNotNamedStayPooledAndATableIsSharedUnlessSaidOtherwise() {
        Behavior own = new Behavior("searches", "tags", 7, false);
        Behaviors behaviors = Behaviors.of(List.of(own), SCHEMA);
        assertThat(behaviors.groups(4))
                .containsExactly(new EmbeddingGroup(
                        "embedding",
                        4,
                        List.of("user", "history", "item", "tags"),
                        List.of(new EmbeddingGroup.Sequence("searches", "searches", 7))));
        assertThat(Behaviors.of(List.of(Behavior.of("history", "")), SCHEMA)
                        .groups(4)
                        .getFirst()
                        .sequences())
                .containsExactly(new EmbeddingGroup.Sequence("history", "item", 50));
    }

    @Test
    void aSchemaWithoutSequencesIsToldWhatToDeclare() {
        assertRefused(
                Schemas.of(1, 2, 30),
                "the model reads sequences of behaviors (key `behaviors`), and the schema has none; declare an id feature"
                        + " with `arity: sequence` in the dataset (a synthetic log has one with `features.history` above"
                        + " 0). Id features: [c0, c1]");
    }

    @Test
    void wrongNamesAreToldWithWhatThereIs() {
        assertRefused(
                SCHEMA,
                "`sequence` in the model's key `behaviors` is 'clicks', which is not among the id features"
                        + " [user, history, item, tags, searches]",
                Behavior.of("clicks", "item"));
        assertRefused(
                SCHEMA,
                "`target` in the model's key `behaviors` is 'ad', which is not among the id features"
                        + " [user, history, item, tags, searches]",
                Behavior.of("history", "ad"));
        assertRefused(
                SCHEMA,
                "the model's key `behaviors` names the feature 'tags', which is multi; declare it with"
                        + " `arity: sequence` in the dataset, oldest id first",
                Behavior.of("tags", "item"));
        assertRefused(
                SCHEMA,
                "the model's key `behaviors` has the sequence 'searches' as a `target`, which must be a feature of the"
                        + " candidate",
                Behavior.of("history", "searches"));
        assertRefused(
                SCHEMA,
                "the model's key `behaviors` names the sequence 'history' twice",
                Behavior.of("history", "item"),
                Behavior.of("history", "user"));
    }

    @Test
    void aSchemaWithoutAnItemAsksForATarget() {
        FeatureSchema nameless = new FeatureSchema(SCHEMA.labels(), SCHEMA.dense(), SCHEMA.sparse(), null, null, null);
        assertRefused(
                nameless,
                "the schema names no item to compare the sequence 'history' with; declare `features.item` in the"
                        + " dataset, or set `target` in the model's key `behaviors`");
        assertThat(Behaviors.of(List.of(Behavior.of("history", "item")), nameless)
                        .all())
                .hasSize(1);
    }

    private static void assertRefused(FeatureSchema schema, String why, Behavior... behaviors) {
        assertThatThrownBy(() -> Behaviors.of(List.of(behaviors), schema))
                .isInstanceOf(InputException.class)
                .hasMessage(why);
    }
}
