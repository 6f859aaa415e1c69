package dev.herd.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.FeatureSchema;
import dev.herd.models.dcnv2.CrossNetwork;
import dev.herd.models.dcnv2.Dcnv2;
import dev.herd.models.dhen.Dhen;
import dev.herd.models.dhen.Module;
import dev.herd.models.dlrm.Dlrm;
import dev.herd.models.dlrm.Dlrm.Interaction;
import dev.herd.models.interaction.Ensemble;
import dev.herd.models.wukong.Projection;
import dev.herd.models.wukong.Wukong;
import dev.herd.nn.Parameters;
import dev.herd.nn.graph.Cost;
import dev.herd.nn.layer.Mlp;
import dev.herd.nn.layer.Normalization;
import dev.herd.nn.layer.TransformerEncoder;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What models cost: against published complexities, and by hand.
class CostTest {
    private static final Mlp.Config MLP = Mlp.Config.of(400, 400, 400).withNormalization(Normalization.BATCH);
    private static final FeatureSchema FRAPPE = Schemas.of(0, 10, 5_399);
    private static final FeatureSchema MOVIELENS = Schemas.of(0, 3, 90_242);

    private static final ConfiguredModel<?> DLRM = dlrm(10);
    private static final ConfiguredModel<?> DLRM_WIDE = dlrm(128);
    private static final ConfiguredModel<?> DCNV2 = dcnv2(10, Dcnv2.Structure.PARALLEL, CrossNetwork.Config.full(5));
    private static final ConfiguredModel<?> DCNV2_WIDE =
            dcnv2(128, Dcnv2.Structure.CROSS_ONLY, CrossNetwork.Config.full(4));

    @Test
    void matrixProductsOfDlrmAreThePublishedOnes() {
        // Zhang et al. 2024, table 3: 1.99 and 4.99 million operations
        // 30*400 + 2*400*400 + 400
        assertThat(cost(DLRM, MOVIELENS).total().multiplyAccumulates()).isEqualTo(332_400);
        assertThat(millions(cost(DLRM, MOVIELENS).trainingFlops())).isEqualTo("1.99");
        // 1280*400 + 2*400*400 + 400
        assertThat(cost(DLRM_WIDE, FRAPPE).total().multiplyAccumulates()).isEqualTo(832_400);
        assertThat(millions(cost(DLRM_WIDE, FRAPPE).trainingFlops())).isEqualTo("4.99");
    }

    @Test
    void matrixProductsOfDcnv2OnMovieLensAreThePublishedOnes() {
        // 5*30*30 + 30*400 + 2*400*400 + 430
        assertThat(cost(DCNV2, MOVIELENS).total().multiplyAccumulates()).isEqualTo(336_930);
        assertThat(millions(cost(DCNV2, MOVIELENS).trainingFlops())).isEqualTo("2.02");
    }

    /// Here the published figure holds the elementwise products, and not the map to the logit.
    @Test
    void dcnv2OnFrappeIsThePublishedOneByItsCrossLayersWithTheirElementwiseProducts() {
        Cost cost = cost(DCNV2_WIDE, FRAPPE);
        Cost.Counts cross = cost.part("cross");
        assertThat(cross.multiplyAccumulates()).isEqualTo(4 * 1280 * 1280);
        assertThat(cross.hadamards()).isEqualTo(4 * 1280);
        assertThat(cross.multiplyAccumulates() + cross.hadamards()).isEqualTo(6_558_720);
        assertThat(millions(6 * (cross.multiplyAccumulates() + cross.hadamards())))
                .isEqualTo("39.35");
        assertThat(cost.part("out").multiplyAccumulates()).isEqualTo(1280);
        assertThat(cost.part("out").hadamards()).isZero();
        assertThat(millions(cost.trainingFlops())).isEqualTo("39.33");
        assertThat(millions(
                        6 * (cost.total().multiplyAccumulates() + cost.total().hadamards())))
                .isEqualTo("39.36");
    }

    @Test
    void oneRuleGivesAllFourPublishedFigures() {
        // matrix and elementwise products, without the last map's one per column
        assertThat(published(cost(DLRM, MOVIELENS), 400)).isEqualTo("1.99");
        assertThat(published(cost(DLRM_WIDE, FRAPPE), 400)).isEqualTo("4.99");
        assertThat(published(cost(DCNV2, MOVIELENS), 430)).isEqualTo("2.02");
        assertThat(published(cost(DCNV2_WIDE, FRAPPE), 1280)).isEqualTo("39.35");
    }

    @Test
    void wukongIsCountedByHand() {
        Wukong.Config config = new Wukong.Config(
                4,
                DenseInputs.MLP,
                MLP,
                2,
                List.of(2),
                List.of(2),
                new Projection.Static(2),
                Mlp.Config.of(6),
                true,
                Mlp.Config.of(7),
                List.of());
        Cost cost = cost(new ConfiguredModel<>(new Wukong(), config), Schemas.of(0, 5, 50));
        // n = 5, d = 4, k = 2: X^T Y and X (X^T Y), the block's perceptron 10-6-8, n_L = 2, the residual to 4
        assertThat(cost.part("layer0").multiplyAccumulates())
                .isEqualTo(2 * 5 * 4 * 2 + (10 * 6 + 6 * 8) + 5 * 2 * 4 + 5 * 4 * 4);
        // n = 4: the residual is the identity
        assertThat(cost.part("layer1").multiplyAccumulates()).isEqualTo(2 * 4 * 4 * 2 + (8 * 6 + 6 * 8) + 4 * 2 * 4);
        assertThat(cost.part("head").multiplyAccumulates()).isEqualTo(16 * 7 + 7);
        assertThat(cost.total().hadamards()).isZero();
        assertThat(cost.trainingFlops()).isEqualTo(6 * 619);
        assertThat(cost.forwardFlops()).isEqualTo(2 * 619);
        // Y, its norm, the perceptron, W_L, the residual, the layer's norm
        long first = 5 * 2 + 2 * 10 + (10 * 6 + 6 + 6 * 8 + 8) + 5 * 2 + 5 * 4 + 2 * 4;
        assertThat(cost.part("layer0").parameters()).isEqualTo(first);
        assertThat(cost.part("layer0").weightBytes()).isEqualTo(4 * first);
        // X^T Y, X (X^T Y), norm, hidden, relu, out of the block; W_L X; W_R X; concat, sum, norm
        assertThat(cost.part("layer0").activationBytes())
                .isEqualTo(4 * (4 * 2 + 5 * 2 + 10 + 6 + 6 + 8 + 2 * 4 + 4 * 4 + 3 * 16));
        assertThat(cost.part("embedding").activationBytes()).isEqualTo(4 * 5 * 4);
    }

    @Test
    void partsGoAsDeepAsAsked() {
        Wukong.Config config = Wukong.Config.defaults();
        ConfiguredModel<?> model = new ConfiguredModel<>(new Wukong(), config);
        Cost cost = cost(model, Schemas.of(0, 5, 50), 2);
        assertThat(cost.parts())
                .extracting(Cost.Part::name)
                .contains("layer0.fmb", "layer0.lcb", "layer0.residual", "layer1.fmb", "head.out");
        assertThat(cost.total()).isEqualTo(cost(model, Schemas.of(0, 5, 50)).total());
        assertThatThrownBy(() -> cost.part("layer7"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("no part 'layer7'; there are [");
        assertThatThrownBy(() -> cost(model, Schemas.of(0, 5, 50), 0))
                .hasMessage("parts are named by at least one component, not 0");
    }

    @Test
    void modulesOfDhenAreCountedByHand() {
        // n = 3, d = 4, l = 2; each layer ends with a residual of 3*2*4
        long residual = 3 * 2 * 4;
        Module attention = new Module.Attention(2, new TransformerEncoder.Config(2, 5, 0));
        // query, key, value, out; scores and mixture over all heads; 4-5-4 per position; combinations
        assertThat(moduleCost(attention).multiplyAccumulates() - residual)
                .isEqualTo(4 * (3 * 4 * 4) + 2 * (3 * 3 * 4) + 3 * (4 * 5 + 5 * 4) + 3 * 2 * 4);
        // pairs; 3-6-8
        assertThat(moduleCost(new Module.Dot(2, Mlp.Config.of(6))).multiplyAccumulates() - residual)
                .isEqualTo(3 * 4 + 3 * 6 + 6 * 8);
        assertThat(moduleCost(new Module.Linear(2)).multiplyAccumulates() - residual)
                .isEqualTo(3 * 2 * 4);
        assertThat(moduleCost(new Module.Cross(2)).multiplyAccumulates() - residual)
                .isEqualTo(12 * 12 + 3 * 2 * 4);
        assertThat(moduleCost(new Module.Cross(2)).hadamards()).isEqualTo(12);
        assertThat(moduleCost(new Module.Convolution(2, 3)).multiplyAccumulates() - residual)
                .isEqualTo(3 * 4 * 9 + 3 * 2 * 4);
    }

    @ParameterizedTest
    @MethodSource("dev.herd.models.Cases#all")
    void everyDeclaredParameterIsCountedOnce(Cases.Case<?> model) {
        try (Arena arena = Arena.ofConfined()) {
            Parameters parameters = Parameters.create(arena, 1);
            RankingModel network = model.model().create(model.schema(), parameters.root());
            Cost cost = Cost.of(ModelGraph.of(network, model.model().embeddings(model.schema()), model.schema()));
            assertThat(cost.total().parameters()).isEqualTo(parameters.count());
            assertThat(cost.total().weightBytes())
                    .isEqualTo(4
                            * parameters.all().stream()
                                    .mapToLong(p -> p.count())
                                    .sum());
            assertThat(cost.parts()).extracting(Cost.Part::name).doesNotContain("");
        }
    }

    private static Cost.Counts moduleCost(Module module) {
        Dhen.Config config = new Dhen.Config(
                4,
                DenseInputs.MLP,
                MLP,
                1,
                List.of(new Dhen.LayerConfig(List.of(module), Ensemble.CONCAT)),
                Mlp.Config.of());
        Cost cost = cost(new ConfiguredModel<>(new Dhen(), config), Schemas.of(0, 3, 30));
        assertThat(cost.part("head").multiplyAccumulates()).isEqualTo(2 * 4);
        return cost.part("layer0");
    }

    private static String published(Cost cost, long lastMap) {
        Cost.Counts total = cost.total();
        return millions(6 * (total.multiplyAccumulates() + total.hadamards() - lastMap));
    }

    private static String millions(long flops) {
        return String.format(Locale.ROOT, "%.2f", flops / 1e6);
    }

    private static ConfiguredModel<?> dlrm(int width) {
        return new ConfiguredModel<>(new Dlrm(), new Dlrm.Config(width, Interaction.CAT, DenseInputs.MLP, MLP, MLP));
    }

    private static ConfiguredModel<?> dcnv2(int width, Dcnv2.Structure structure, CrossNetwork.Config cross) {
        return new ConfiguredModel<>(
                new Dcnv2(), new Dcnv2.Config(width, DenseInputs.EMBED, MLP, structure, cross, MLP));
    }

    private static Cost cost(ConfiguredModel<?> model, FeatureSchema schema) {
        return cost(model, schema, 1);
    }

    private static Cost cost(ConfiguredModel<?> model, FeatureSchema schema, int depth) {
        try (Arena arena = Arena.ofConfined()) {
            return Cost.of(ModelGraph.of(model, schema, arena), depth);
        }
    }
}
