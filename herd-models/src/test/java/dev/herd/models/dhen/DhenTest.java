package dev.herd.models.dhen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.FeatureSchema;
import dev.herd.data.InputException;
import dev.herd.data.config.Config;
import dev.herd.data.config.Subtree;
import dev.herd.models.ConfiguredModel;
import dev.herd.models.Schemas;
import dev.herd.models.interaction.Ensemble;
import dev.herd.models.interaction.InteractionLayer;
import dev.herd.models.interaction.InteractionLayer.Shortcut;
import dev.herd.models.interaction.LinearCombinations;
import dev.herd.models.zoo.ModelZoo;
import dev.herd.nn.Parameter;
import dev.herd.nn.Parameters;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

class DhenTest {
    private static final FeatureSchema SCHEMA = Schemas.of(2, 3, 30);

    /// A configuration file with one block for a model.
    record File(Subtree model) {
        static File defaults() {
            return new File(Subtree.of("dhen"));
        }
    }

    private static final String STACK = """
            model:
              name: dhen
              embedding_dim: 8
              layers: 3
              stack:
                - modules: [{kind: dot, embeddings: 4}, {kind: linear, embeddings: 3}]
                - modules: [{kind: attention, embeddings: 5, encoder: {heads: 4}}, {kind: cross, embeddings: 5}]
                  ensemble: weighted_sum
            """;

    @Test
    void aStackIsReadFromYamlAndRepeatedInTurn() {
        ConfiguredModel<?> model = read(STACK);
        Dhen.Config config = (Dhen.Config) model.config();
        assertThat(config.stack()).hasSize(2);
        assertThat(config.stack().getFirst().ensemble()).isEqualTo(Ensemble.CONCAT);
        assertThat(config.stack().getLast().modules().getFirst())
                .isInstanceOfSatisfying(
                        Module.Attention.class,
                        attention -> assertThat(attention.encoder().heads()).isEqualTo(4));
        try (Arena arena = Arena.ofConfined()) {
            Parameters parameters = Parameters.create(arena, 1);
            model.create(SCHEMA, parameters.root());
            // Four embeddings come in; 4 + 3 leave the first layer, 5 the second, 4 + 3 the third.
            assertThat(parameters.all())
                    .extracting(Parameter::toString)
                    .contains(
                            "layer0.module0.mlp.0.weight[256, 6]",
                            "layer0.module1.weight[3, 4]",
                            "layer0.residual.weight[7, 4]",
                            "layer1.module0.encoder.attention.query.weight[8, 8]",
                            "layer1.module1.cross.weight[56, 56]",
                            "layer1.module1.out.weight[5, 7]",
                            "layer1.ensemble.1[1]",
                            "layer1.residual.weight[5, 7]",
                            "layer2.module0.mlp.0.weight[256, 10]",
                            "layer2.residual.weight[7, 5]",
                            "head.0.weight[512, 56]");
        }
    }

    @Test
    void weightsOfAnEnsembleStartAtOne() {
        try (Arena arena = Arena.ofConfined()) {
            Parameters parameters = Parameters.create(arena, 1);
            read(STACK).create(SCHEMA, parameters.root());
            assertThat(parameters.all())
                    .filteredOn(parameter -> parameter.name().contains(".ensemble."))
                    .hasSize(2)
                    .allSatisfy(parameter -> assertThat(parameter.values().toArray(ValueLayout.JAVA_FLOAT))
                            .containsExactly(1));
        }
    }

    @Test
    void whatCannotBeBuiltIsRefusedWithThePlaceAndTheRemedy() {
        assertRefused(
                STACK.replace("embeddings: 3", "embeddings: 0"), ":6", "`embeddings` of a module must be positive");
        assertRefused(
                STACK.replace("cross, embeddings: 5", "cross, embeddings: 6"),
                ":7",
                "`ensemble: weighted_sum` needs modules that give the same number of `embeddings`, got [5, 6]; make them"
                        + " equal or use `concat`");
        assertRefused(
                STACK.replace("heads: 4", "heads: 3"),
                "",
                "`heads` of an attention module must divide `embedding_dim` (8), got 3");
        assertRefused(STACK.replace("layers: 3", "layers: 1"), "", "`stack` must describe between 1 and `layers` (1)");
        assertRefused(STACK.replace("layers: 3", "layers: 0"), "", "`layers` must be at least 1, got 0");
        assertRefused(
                "model: {name: dhen, stack: [{modules: []}]}", ":1", "`modules` must name at least one interaction");
        assertRefused(
                "model: {name: dhen, stack: [{modules: [{kind: convolution, kernel: 4}]}]}",
                ":1",
                "`kernel` must be odd and positive, got 4");
        assertRefused("model: {name: dhen, stack: [{modules: [{kind: dott}]}]}", ":1", "did you mean 'dot'?");
    }

    @Test
    void innerProductsOfOneEmbeddingAreRefused() {
        try (Arena arena = Arena.ofConfined()) {
            Parameters.Scope scope = Parameters.create(arena, 1).root();
            assertThatThrownBy(() -> read(STACK).create(Schemas.of(0, 1, 30), scope))
                    .isInstanceOf(InputException.class)
                    .hasMessage("the `dot` module of dhen needs at least two embeddings to multiply, but gets 1; use"
                            + " another module in this layer, or more `embeddings` in the one below");
        }
    }

    @Test
    void aLayerRefusesInteractionsItCannotJoin() {
        try (Arena arena = Arena.ofConfined()) {
            Parameters.Scope scope = Parameters.create(arena, 1).root();
            InteractionLayer.Shape sum = new InteractionLayer.Shape(Ensemble.SUM, Shortcut.RESIDUAL, true);
            LinearCombinations two = LinearCombinations.create(scope.scope("two"), 4, 2);
            LinearCombinations three = LinearCombinations.create(scope.scope("three"), 4, 3);
            assertThatThrownBy(() -> InteractionLayer.create(scope, 4, 8, List.of(two, three), sum))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("interactions whose results are summed must give the same number of embeddings, not"
                            + " [2, 3]");
            assertThatThrownBy(() -> InteractionLayer.create(scope, 4, 8, List.of(), sum))
                    .hasMessage("a layer needs at least one interaction");
        }
    }

    private static void assertRefused(String yaml, String line, String why) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("train.yaml" + line)
                .hasMessageContaining(why);
    }

    private static ConfiguredModel<?> read(String yaml) {
        return ModelZoo.configured(
                Config.parse(yaml, "train.yaml", List.of(), File.defaults()).model());
    }
}
