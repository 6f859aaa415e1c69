package dev.herd.models.dcn;

import static dev.herd.models.ParameterCount.FRAPPE;
import static dev.herd.models.ParameterCount.MOVIELENS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.models.DenseInputs;
import dev.herd.models.ParameterCount;
import dev.herd.nn.layer.Mlp;
import dev.herd.nn.layer.Normalization;
import org.junit.jupiter.api.Test;

class DcnTest {
    private static final Mlp.Config NONE = Mlp.Config.of();
    private static final Mlp.Config MLP = Mlp.Config.of(400, 400, 400).withNormalization(Normalization.BATCH);

    @Test
    void parametersMatchBars() {
        // BARS, DCN_frappe_x1: 5,389*10 + 3*(100+100) + 100*400+400 + 2*(400*400+400) + 3*800 + 501
        assertThat(ParameterCount.of(new Dcn(), config(3, MLP), FRAPPE)).isEqualTo(418_591);
        // BARS, DCN_movielenslatest_x1: 90,239*10 + 4*(30+30) + 30*400+400 + 320,800 + 2,400 + 431
        assertThat(ParameterCount.of(new Dcn(), config(4, MLP), MOVIELENS)).isEqualTo(1_238_661);
    }

    @Test
    void parametersOfCrossLayersAloneMatchBars() {
        // BARS, CrossNet_frappe_x1: 53,890 + 6*(100+100) + 101
        assertThat(ParameterCount.of(new Dcn(), config(6, NONE), FRAPPE)).isEqualTo(55_191);
        // BARS, CrossNet_movielenslatest_x1: 902,390 + 7*(30+30) + 31
        assertThat(ParameterCount.of(new Dcn(), config(7, NONE), MOVIELENS)).isEqualTo(902_841);
    }

    @Test
    void aNetworkWithoutCrossLayersIsRefused() {
        assertThatThrownBy(() -> config(0, MLP))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("`layers` must be positive, got 0");
    }

    private static Dcn.Config config(int layers, Mlp.Config deep) {
        return new Dcn.Config(10, DenseInputs.EMBED, NONE, layers, deep);
    }
}
