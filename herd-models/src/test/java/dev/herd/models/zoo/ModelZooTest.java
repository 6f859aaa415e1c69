package dev.herd.models.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.FeatureSchema;
import dev.herd.data.InputException;
import dev.herd.data.config.Config;
import dev.herd.data.config.Subtree;
import dev.herd.models.ConfiguredModel;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.ModelFactory;
import dev.herd.models.RankingModel;
import dev.herd.models.Schemas;
import dev.herd.models.dlrm.Dlrm;
import dev.herd.models.lr.LogisticRegression;
import dev.herd.models.wukong.Projection;
import dev.herd.models.wukong.Wukong;
import dev.herd.nn.Parameters;
import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ModelZooTest {
    /// A configuration file with one block for a model.
    record File(Subtree model) {
        static File defaults() {
            return new File(Subtree.of("wukong"));
        }
    }

    @Test
    void namesAreUniqueAndFound() {
        assertThat(ModelZoo.all()).extracting(ModelFactory::name).doesNotHaveDuplicates();
        for (ModelFactory<?> factory : ModelZoo.all()) {
            assertThat(ModelZoo.named(factory.name())).isSameAs(factory);
        }
    }

    @Test
    void addedModelsComeLast() {
        List<ModelZoo.Family> families = ModelZoo.joined(ModelZoo.families(), List.of(new Added("gated")));
        assertThat(families.getLast().title()).isEqualTo("Added");
        assertThat(families.getLast().models()).extracting(ModelFactory::name).containsExactly("gated");
    }

    @Test
    void anAddedModelThatTakesANameIsRefusedWithBothClasses() {
        assertThatThrownBy(() -> ModelZoo.joined(ModelZoo.families(), List.of(new Added("dlrm"))))
                .isInstanceOf(InputException.class)
                .hasMessage("two models are named 'dlrm': dev.herd.models.dlrm.Dlrm and"
                        + " dev.herd.models.zoo.ModelZooTest$Added; give one another name() or take it off the class"
                        + " path");
    }

    /// A model from elsewhere.
    private record Added(String name) implements ModelFactory<LogisticRegression.Config> {
        @Override
        public String summary() {
            return "";
        }

        @Override
        public String paper() {
            return "";
        }

        @Override
        public LogisticRegression.Config defaults() {
            return LogisticRegression.Config.defaults();
        }

        @Override
        public List<EmbeddingGroup> embeddings(LogisticRegression.Config config, FeatureSchema schema) {
            return List.of();
        }

        @Override
        public RankingModel create(
                LogisticRegression.Config config, FeatureSchema schema, Parameters.Scope parameters) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void anUnknownNameIsAnsweredWithTheNearestAndAllKnownOnes() {
        assertThatThrownBy(() -> ModelZoo.named("wukon"))
                .isInstanceOf(InputException.class)
                .hasMessage("unknown model 'wukon'; did you mean 'wukong'? Known models: "
                        + String.join(
                                ", ",
                                ModelZoo.all().stream().map(ModelFactory::name).toList()));
        assertThatThrownBy(() -> ModelZoo.named("transformer"))
                .hasMessageStartingWith("unknown model 'transformer'. Known models: lr,");
    }

    @Test
    void anUnknownNameInAFileIsAnsweredWithItsPlace() {
        assertThatThrownBy(() -> read("model:\n  name: dlmr\n"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("train.yaml:2")
                .hasMessageContaining("did you mean 'dlrm'?");
    }

    @Test
    void keysOfABlockAreLaidOverTheDefaults() {
        ConfiguredModel<?> model = read("model: {name: wukong, layers: 3, lcb_embeddings: [4, 3, 2],"
                + " projection: {kind: attentive, rank: 5}, head: {dropout: 0.25}}");
        Wukong.Config expected = Wukong.Config.defaults();
        Wukong.Config config = (Wukong.Config) model.config();
        assertThat(config.layers()).isEqualTo(3);
        assertThat(config.lcbEmbeddings()).containsExactly(4, 3, 2);
        assertThat(config.projection())
                .isInstanceOfSatisfying(
                        Projection.Attentive.class,
                        attentive -> assertThat(attentive.rank()).isEqualTo(5));
        assertThat(config.head()).isEqualTo(expected.head().withDropout(0.25));
        assertThat(config.mlp()).isEqualTo(expected.mlp());
        assertThat(((Dlrm.Config) read("model: {name: dlrm, interaction: cat}").config()).interaction())
                .isEqualTo(Dlrm.Interaction.CAT);
    }

    @Test
    void wrongValuesAreRefusedWithTheKeyAndWhatIsAccepted() {
        assertRefused("model: {name: fm, embedding_dim: 0}", "`embedding_dim` must be positive, got 0");
        assertRefused("model: {name: fm, embeding_dim: 8}", "did you mean 'embedding_dim'?");
        assertRefused("model: {name: wukong, layers: 2, fm_embeddings: [4, 3, 2]}", "one number or one per layer (2)");
        assertRefused("model: {name: wukong, projection: {kind: static, rank: 0}}", "`rank` must be positive, got 0");
        assertRefused("model: {name: dnn, deep: {dropout: 1}}", "dropout must lie in [0, 1), got 1.0");
        assertRefused("model: {name: autoint, attention: {heads: 3}}", "`heads` must divide `width`, got 3 and 128");
        assertRefused("model: {name: xdeepfm, cin: []}", "`cin` needs at least one layer");
        assertRefused("model: {name: dnn, deep: {hidden: [0]}}", "hidden widths must be positive, got [0]");
        assertRefused(
                "model: {name: dcnv2, cross: {experts: 4}}", "a mixture of 4 cross experts needs a positive rank");
    }

    @ParameterizedTest
    @MethodSource("models")
    void everyKeyIsDocumented(ModelFactory<?> factory) {
        assertThat(Config.describe(factory.defaults()))
                .allSatisfy(key -> assertThat(key.doc()).as(key.toString()).isNotBlank());
    }

    @ParameterizedTest
    @MethodSource("models")
    void aSchemaWithoutAnyFeatureIsRefused(ModelFactory<?> factory) {
        FeatureSchema empty = Schemas.of(0, 0, 0);
        assertThatThrownBy(() -> create(factory, empty))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("the model has nothing to learn from: the schema has no id features");
    }

    private static void create(ModelFactory<?> factory, FeatureSchema schema) {
        try (Arena arena = Arena.ofConfined()) {
            defaults(factory).create(schema, Parameters.create(arena, 1).root());
        }
    }

    private static <C extends Record> ConfiguredModel<C> defaults(ModelFactory<C> factory) {
        return new ConfiguredModel<>(factory, factory.defaults());
    }

    private static void assertRefused(String yaml, String why) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("train.yaml:1")
                .hasMessageContaining(why);
    }

    private static ConfiguredModel<?> read(String yaml) {
        return ModelZoo.configured(
                Config.parse(yaml, "train.yaml", List.of(), File.defaults()).model());
    }

    static List<ModelFactory<?>> models() {
        return ModelZoo.all();
    }
}
