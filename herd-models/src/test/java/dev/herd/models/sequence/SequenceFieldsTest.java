package dev.herd.models.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.InputException;
import dev.herd.models.ConfiguredModel;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.ModelGraph;
import dev.herd.models.Schemas;
import dev.herd.models.dcnv2.Dcnv2;
import dev.herd.models.dlrm.Dlrm;
import dev.herd.models.sequence.SequencePooling.Summary;
import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import dev.herd.nn.graph.Graph;
import dev.herd.nn.layer.TransformerEncoder;
import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.Test;

class SequenceFieldsTest {
    private static final FeatureSchema SCHEMA = Schemas.withSequences(1, 2);

    @Test
    void sequencesAreReadIdByIdOnUniqueRowsFromTablesOfTheirOwn() {
        List<EmbeddingGroup> groups = SequenceFields.groups(SCHEMA, 4, SequencePooling.Attention.of(7));
        assertThat(groups)
                .containsExactly(new EmbeddingGroup(
                        "embedding",
                        4,
                        List.of("user", "item", "tags"),
                        List.of(
                                new EmbeddingGroup.Sequence("history", "history", 7, true),
                                new EmbeddingGroup.Sequence("searches", "searches", 7, true))));
    }

    @Test
    void sequencesPooledInTheirTablesNeedNothingElse() {
        SequencePooling table = SequencePooling.Table.defaults();
        assertThat(SequenceFields.groups(SCHEMA, 4, table))
                .containsExactly(EmbeddingGroup.pooled("embedding", 4, SCHEMA));
        assertThat(declared(table)).noneMatch(name -> name.startsWith("sequences"));
    }

    @Test
    void everySequenceHasAModuleOfItsOwn() {
        assertThat(declared(SequencePooling.Attention.of(7)))
                .containsSubsequence(
                        "sequences.history.key.weight",
                        "sequences.history.key.bias",
                        "sequences.history.query",
                        "sequences.searches.key.weight",
                        "sequences.searches.key.bias",
                        "sequences.searches.query");
    }

    @Test
    void parallelSequencesShareAModuleThatJoinsTheirEmbeddings() {
        List<List<String>> parallel = List.of(List.of("searches", "history"));
        SequencePooling pooling = new SequencePooling.Attention(7, parallel);
        assertThat(SequenceFields.groups(SCHEMA, 4, pooling)).singleElement().satisfies(group -> {
            assertThat(group.parallel()).isEqualTo(parallel);
            assertThat(group.sequences()).hasSize(2);
        });
        assertThat(declared(pooling).stream().filter(name -> name.startsWith("sequences")))
                .containsExactly(
                        "sequences.searches.join.weight",
                        "sequences.searches.join.bias",
                        "sequences.searches.key.weight",
                        "sequences.searches.key.bias",
                        "sequences.searches.query");
    }

    @Test
    void parallelSequencesThatAreNoneAreRefused() {
        assertThatThrownBy(() -> SequenceFields.groups(
                        SCHEMA, 4, new SequencePooling.Attention(7, List.of(List.of("history", "tags")))))
                .isInstanceOf(InputException.class)
                .hasMessage("the model's key `sequences.parallel` names 'tags', which is no sequence of the schema;"
                        + " declare it with `arity: sequence` in the dataset, or take it out. Sequences: [history,"
                        + " searches]");
        assertThatThrownBy(() -> new SequencePooling.Attention(7, List.of(List.of("history"))))
                .hasMessageContaining("at least two, got [history]");
        assertThatThrownBy(() -> new SequencePooling.Attention(7, List.of(List.of("a", "b"), List.of("b", "c"))))
                .hasMessage("`parallel` names the sequence 'b' twice");
    }

    private static List<String> declared(SequencePooling pooling) {
        try (Arena arena = Arena.ofConfined()) {
            Parameters parameters = Parameters.create(arena, 1);
            new Dlrm().create(Dlrm.Config.defaults().withSequences(pooling), SCHEMA, parameters.root());
            return parameters.all().stream().map(Parameter::name).toList();
        }
    }

    @Test
    void aModelMayHaveNothingButASequence() {
        FeatureSchema alone = new FeatureSchema(
                List.of("click"),
                List.of(),
                List.of(new SparseFeature("history", Arity.SEQUENCE, 9, false)),
                null,
                null,
                null);
        Dcnv2.Config config = Dcnv2.Config.defaults().withSequences(SequenceCases.transformer(1, Summary.MEAN));
        try (Arena arena = Arena.ofConfined()) {
            Graph graph = ModelGraph.of(new ConfiguredModel<>(new Dcnv2(), config), alone, arena);
            assertThat(graph.inputs()).hasSize(3);
        }
    }

    @Test
    void aSchemaWithoutSequencesIsRefusedByModules() {
        FeatureSchema plain = Schemas.of(1, 2, 20);
        assertThatThrownBy(() -> SequenceFields.groups(plain, 4, SequencePooling.Attention.of(7)))
                .isInstanceOf(InputException.class)
                .hasMessage("the model's key `sequences` pools sequences by a module, and the schema has none; declare"
                        + " an id feature with `arity: sequence` in the dataset, or set the key to `table`. Id"
                        + " features: [c0, c1]");
    }

    @Test
    void wrongValuesAreRefusedWithTheirKey() {
        SequencePooling pooling =
                SequencePooling.Transformer.of(7, 1, new TransformerEncoder.Config(3, 8, 0), Summary.MEAN);
        assertThatThrownBy(() -> Dlrm.Config.defaults().withSequences(pooling))
                .hasMessage("`sequences.encoder.heads` (3) must divide the `embedding_dim` (10)");
        assertThatThrownBy(() -> Dcnv2.Config.defaults().withSequences(pooling))
                .hasMessage("`sequences.encoder.heads` (3) must divide the `embedding_dim` (10)");
        assertThatThrownBy(() -> SequencePooling.Attention.of(0)).hasMessage("`max_length` must be positive, got 0");
        assertThatThrownBy(
                        () -> SequencePooling.Transformer.of(7, 0, TransformerEncoder.Config.defaults(), Summary.MEAN))
                .hasMessage("`layers` must be positive, got 0");
    }
}
