package dev.herd.models.afn;

import static dev.herd.models.ParameterCount.FRAPPE;
import static dev.herd.models.ParameterCount.FRAPPE_PADDED;
import static dev.herd.models.ParameterCount.MOVIELENS;
import static dev.herd.models.ParameterCount.MOVIELENS_PADDED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.models.DenseInputs;
import dev.herd.models.ParameterCount;
import dev.herd.nn.layer.Mlp;
import org.junit.jupiter.api.Test;

class AfnTest {
    private static final Mlp.Config NONE = Mlp.Config.of();
    private static final Mlp.Config MLP = Mlp.Config.of(400, 400, 400);

    @Test
    void parametersMatchBars() {
        // BARS, AFN_frappe_x1: 5,389*10 + 10*1000 + 2*(10+1000) + 10*1000*400+400 + 401
        assertThat(ParameterCount.of(new Afn(), config(10, 1000, 400, NONE), FRAPPE))
                .isEqualTo(4_066_711);
        // BARS, AFN+_frappe_x1: the same + 53,890 + 100*400+400 + 2*(400*400+400) + 401 + 3
        assertThat(ParameterCount.of(new Afn(), config(10, 1000, 400, MLP), FRAPPE))
                .isEqualTo(4_482_205);
        // BARS, AFN+_movielenslatest_x1: 2*902,390 + 3*800 + 2*(3+800) + 10*800*200+200 + 201
        // + 30*400+400 + 320,800 + 401 + 3
        assertThat(ParameterCount.of(new Afn(), config(10, 800, 200, MLP), MOVIELENS))
                .isEqualTo(3_742_791);
    }

    @Test
    void baselinesOfTheWukongPaperAreTheBenchmarksAtWidth32() {
        // Zhang et al. 2024, table 3: 2*5,399*32 + 10*1000 + 2,020 + 32*1000*400+400 + 401
        // + 320*400+400 + 320,800 + 401 + 3
        assertThat(ParameterCount.of(new Afn(), config(32, 1000, 400, MLP), FRAPPE_PADDED))
                .isEqualTo(13_607_961);
        // 2*90,242*32 + 3*800 + 1,606 + 32*800*200+200 + 201 + 96*400+400 + 320,800 + 401 + 3
        assertThat(ParameterCount.of(new Afn(), config(32, 800, 200, MLP), MOVIELENS_PADDED))
                .isEqualTo(11_259_899);
    }

    @Test
    void aNetworkWithoutProductsIsRefused() {
        assertThatThrownBy(() -> config(10, 0, 400, MLP))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("`neurons` must be positive, got 0");
    }

    private static Afn.Config config(int width, int neurons, int hidden, Mlp.Config deep) {
        return new Afn.Config(width, DenseInputs.EMBED, NONE, neurons, Mlp.Config.of(hidden), deep);
    }
}
