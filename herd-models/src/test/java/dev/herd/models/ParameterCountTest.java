package dev.herd.models;

import static dev.herd.models.ParameterCount.FRAPPE;
import static dev.herd.models.ParameterCount.FRAPPE_PADDED;
import static dev.herd.models.ParameterCount.MOVIELENS;
import static dev.herd.models.ParameterCount.MOVIELENS_PADDED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.herd.data.FeatureSchema;
import dev.herd.models.dcnv2.CrossNetwork;
import dev.herd.models.dcnv2.Dcnv2;
import dev.herd.models.deepfm.DeepFm;
import dev.herd.models.dlrm.Dlrm;
import dev.herd.models.dlrm.Dlrm.Interaction;
import dev.herd.models.dnn.DeepNetwork;
import dev.herd.models.fm.FactorizationMachine;
import dev.herd.models.lr.LogisticRegression;
import dev.herd.nn.layer.Mlp;
import dev.herd.nn.layer.Normalization;
import org.junit.jupiter.api.Test;

/// Parameter counts that others published, to the last one. Each test names its source; the arithmetic is
/// in the comments: rows * width + network.
class ParameterCountTest {
    /// 2,086,303 rows: the published logistic regression has 2,086,317 weights, of which 13 are for
    /// numeric inputs and one is the bias.
    private static final FeatureSchema CRITEO = Schemas.of(13, 26, 2_086_303);

    private static final Mlp.Config MLP = Mlp.Config.of(400, 400, 400).withNormalization(Normalization.BATCH);

    @Test
    void logisticRegressionHasOneWeightPerRowAndNumericInputAndABias() {
        // BARS, LR_frappe_x1 and LR_criteo_x1: rows + inputs + 1
        assertThat(ParameterCount.of(new LogisticRegression(), new LogisticRegression.Config(), FRAPPE))
                .isEqualTo(5_390);
        assertThat(ParameterCount.of(new LogisticRegression(), new LogisticRegression.Config(), CRITEO))
                .isEqualTo(2_086_317);
    }

    @Test
    void factorizationMachineOnFrappeMatchesBars() {
        // BARS, FM_frappe_x1: 5,389 * 10 + 5,389 + 1
        assertThat(ParameterCount.of(new FactorizationMachine(), new FactorizationMachine.Config(10), FRAPPE))
                .isEqualTo(59_280);
    }

    @Test
    void deepNetworkOnFrappeMatchesBarsWithThePerceptronCountedOnce() {
        // BARS, DNN_frappe_x1 logs 781,892 because its perceptron of 364,001 is registered twice:
        // 53,890 + (100*400+400 + 2*(400*400+400) + 3*800 + 401)
        assertThat(ParameterCount.of(new DeepNetwork(), deepNetwork(10), FRAPPE))
                .isEqualTo(781_892 - 364_001);
    }

    @Test
    void deepFmMatchesBars() {
        // BARS, DeepFM_frappe_x1: the deep network's 417,891 + 5,389 linear weights, without a bias of their own
        DeepFm.Config config = new DeepFm.Config(10, MLP);
        assertThat(ParameterCount.of(new DeepFm(), config, FRAPPE)).isEqualTo(423_280);
        // BARS, DeepFM_criteo_x1: 2,086,316 * 10 + 2,086,316 + 390*400+400 + 320,800 + 2,400 + 401
        assertThat(ParameterCount.of(new DeepFm(), config, CRITEO)).isEqualTo(23_429_477);
    }

    @Test
    void dlrmMatchesBars() {
        // BARS, DLRM_frappe_x1 (cat): 53,890 + 364,001
        assertThat(ParameterCount.of(new Dlrm(), dlrm(10, Interaction.CAT), FRAPPE))
                .isEqualTo(417_891);
        // BARS, DLRM_movielenslatest_x1 (cat): 902,390 + 30*400+400 + 320,800 + 2,400 + 401
        assertThat(ParameterCount.of(new Dlrm(), dlrm(10, Interaction.CAT), MOVIELENS))
                .isEqualTo(1_238_391);
        // BARS, DLRM_criteo_x1 (dot): 20,863,030 + bottom (13*400+400 + 320,800 + 2,400 + 4,010)
        // + top over 27*26/2 + 10 = 361 columns (361*400+400 + 320,800 + 2,400 + 401)
        assertThat(ParameterCount.of(new Dlrm(), dlrm(10, Interaction.DOT), CRITEO))
                .isEqualTo(21_664_241);
    }

    @Test
    void dcnv2MatchesBars() {
        // BARS, DCNv2_frappe_x1: 53,890 + 4*(100*100+100) + 363,600 + (100+400)+1
        assertThat(ParameterCount.of(new Dcnv2(), parallel(4, MLP), FRAPPE)).isEqualTo(458_391);
        // BARS, DCNv2_movielenslatest_x1: 902,390 + 5*(30*30+30) + 335,600 + (30+400)+1
        assertThat(ParameterCount.of(new Dcnv2(), parallel(5, MLP), MOVIELENS)).isEqualTo(1_243_071);
        // BARS, DCNv2_criteo_x1: every numeric input has an embedding and there is no batch normalization:
        // 2,086,316 * 10 + 3*(390*390+390) + 390*500+500 + 2*(500*500+500) + (390+500)+1
        assertThat(ParameterCount.of(new Dcnv2(), parallel(3, Mlp.Config.of(500, 500, 500)), CRITEO))
                .isEqualTo(22_018_021);
    }

    @Test
    void baselinesOfTheWukongPaperOnFrappeAndMovieLensMatchItsTable3() {
        // Zhang et al. 2024, table 3
        // DCNv2 on Frappe has no perceptron: 5,399*128 + 4*(1280*1280+1280) + 1281
        Dcnv2.Config crossOnly = new Dcnv2.Config(
                128, DenseInputs.EMBED, MLP, Dcnv2.Structure.CROSS_ONLY, CrossNetwork.Config.full(4), MLP);
        assertThat(ParameterCount.of(new Dcnv2(), crossOnly, FRAPPE_PADDED)).isEqualTo(7_251_073);
        // DLRM on Frappe: 5,399*128 + 1280*400+400 + 320,800 + 2,400 + 401
        assertThat(ParameterCount.of(new Dlrm(), dlrm(128, Interaction.CAT), FRAPPE_PADDED))
                .isEqualTo(1_527_073);
        assertThat(ParameterCount.of(new Dlrm(), dlrm(10, Interaction.CAT), MOVIELENS_PADDED))
                .isEqualTo(1_238_421);
        assertThat(ParameterCount.of(new Dcnv2(), parallel(5, MLP), MOVIELENS_PADDED))
                .isEqualTo(1_243_101);
    }

    @Test
    void baselinesOfTheWukongPaperOnCriteoTerabyteMatchItsTable3() {
        // Zhang et al. 2024, table 3, with the 40-million-capped tables of MLPerf at width 128
        FeatureSchema terabyte = Schemas.of(13, 26, 204_184_585);
        Mlp.Config bottom = Mlp.Config.of(512, 256);
        // 26,135,626,880 + bottom 171,392 + 479*512+512 + 512*512+512 + 513
        Dlrm.Config dlrm = new Dlrm.Config(128, Interaction.DOT, DenseInputs.MLP, bottom, Mlp.Config.of(512, 512));
        assertThat(ParameterCount.of(new Dlrm(), dlrm, terabyte)).isEqualTo(26_136_307_201L);
        // 26,135,626,880 + bottom 171,392 + 2*(3456*3456+3456) + 3456*2048+2048 + 3*(2048*2048+2048) + 2049
        Dcnv2.Config dcnv2 = new Dcnv2.Config(
                128,
                DenseInputs.MLP,
                bottom,
                Dcnv2.Structure.STACKED,
                CrossNetwork.Config.full(2),
                Mlp.Config.of(2048, 2048, 2048, 2048));
        assertThat(ParameterCount.of(new Dcnv2(), dcnv2, terabyte)).isEqualTo(26_179_364_097L);
    }

    private static DeepNetwork.Config deepNetwork(int width) {
        return new DeepNetwork.Config(width, DenseInputs.EMBED, MLP, MLP);
    }

    private static Dlrm.Config dlrm(int width, Interaction interaction) {
        return new Dlrm.Config(width, interaction, DenseInputs.MLP, MLP, MLP);
    }

    private static Dcnv2.Config parallel(int layers, Mlp.Config deep) {
        return new Dcnv2.Config(
                10, DenseInputs.EMBED, MLP, Dcnv2.Structure.PARALLEL, CrossNetwork.Config.full(layers), deep);
    }
}
