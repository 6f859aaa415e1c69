package dev.herd.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.InputException;
import dev.herd.models.EmbeddingGroup.Sequence;
import dev.herd.models.EmbeddingGroup.Table;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmbeddingGroupTest {
    private static final FeatureSchema SCHEMA = new FeatureSchema(
            List.of("click"),
            List.of(),
            List.of(
                    new SparseFeature("item", Arity.SINGLE, 20, false),
                    new SparseFeature("history", Arity.SEQUENCE, 20, false),
                    new SparseFeature("searches", Arity.SEQUENCE, 9, false),
                    new SparseFeature("tags", Arity.MULTI, 5, false)),
            null,
            null,
            "item");

    private static EmbeddingGroup group(Sequence... sequences) {
        return new EmbeddingGroup("embedding", 4, List.of("item", "tags"), List.of(sequences));
    }

    @Test
    void aSequenceReadsTheTableItNamesOrOneOfItsOwn() {
        Sequence history = new Sequence("history", "item", 10);
        Sequence searches = new Sequence("searches", "searches", 5);
        assertThat(group(history, searches).tables(SCHEMA))
                .containsExactly(
                        new Table("item", 20, List.of("item"), List.of(history)),
                        new Table("tags", 5, List.of("tags"), List.of()),
                        new Table("searches", 9, List.of(), List.of(searches)));
    }

    @Test
    void featuresOfDifferentVocabulariesCannotShareATable() {
        assertThatThrownBy(() -> group(new Sequence("searches", "item", 5)).tables(SCHEMA))
                .isInstanceOf(InputException.class)
                .hasMessage("features 'searches' and 'item' cannot share an embedding table: 'searches' has 9 ids,"
                        + " 'item' has 20. Prepare the dataset with one vocabulary for both (`ids: {kind: vocabulary,"
                        + " shared_as: item}` on both features), or give 'searches' a table of its own by the model's"
                        + " key `share_table: false`");
    }

    @Test
    void aFeatureThatTheSchemaLacksIsNamed() {
        assertThatThrownBy(() -> group(new Sequence("clicks", "item", 5)).tables(SCHEMA))
                .isInstanceOf(InputException.class)
                .hasMessage("the schema has no id feature 'clicks'; it has [item, history, searches, tags]");
    }

    @Test
    void whatOneModuleReadsMustRepeatTogether() {
        EmbeddingGroup group =
                new EmbeddingGroup("embedding", 4, List.of(), List.of(), List.of(List.of("history", "category")));
        group.checkParallel(List.of());
        group.checkParallel(List.of(List.of("user"), List.of("category", "history", "place")));
        assertThatThrownBy(() -> group.checkParallel(List.of(List.of("history", "user"))))
                .isInstanceOf(InputException.class)
                .hasMessage("the module of the parallel sequences [history, category] cannot compute with the rows of"
                        + " different groups, which repeat at different places: 'history' is in the group [history,"
                        + " user], 'category' is in no group; name them in one group of `deduplicate`, such as"
                        + " [history, user, category], or none of them");
        assertThatThrownBy(() -> group.checkParallel(List.of(List.of("history"), List.of("category"))))
                .hasMessageContaining("'category' is in the group [category]")
                .hasMessageContaining("such as [history, category]");
    }
}
