package dev.herd.models.xdeepfm;

import static dev.herd.models.ParameterCount.FRAPPE;
import static dev.herd.models.ParameterCount.FRAPPE_PADDED;
import static dev.herd.models.ParameterCount.MOVIELENS;
import static dev.herd.models.ParameterCount.MOVIELENS_PADDED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.models.DenseInputs;
import dev.herd.models.ParameterCount;
import dev.herd.nn.layer.Mlp;
import dev.herd.nn.layer.Normalization;
import java.util.List;
import org.junit.jupiter.api.Test;

class XDeepFmTest {
    private static final Mlp.Config NONE = Mlp.Config.of();
    private static final Mlp.Config MLP = Mlp.Config.of(400, 400, 400);

    @Test
    void parametersMatchBars() {
        // BARS, xDeepFM_frappe_x1: 5,389*(10+1) + 10*10*64+64 + 65
        // + 100*400+400 + 2*(400*400+400) + 3*800 + 401
        Mlp.Config batch = MLP.withNormalization(Normalization.BATCH);
        assertThat(ParameterCount.of(new XDeepFm(), config(List.of(64), batch), FRAPPE))
                .isEqualTo(429_809);
        // BARS, xDeepFM_movielenslatest_x1: 90,239*11 + 3*3*64+64 + 2*(3*64*64+64) + 193
        // + 30*400+400 + 320,800 + 401
        assertThat(ParameterCount.of(new XDeepFm(), config(List.of(64, 64, 64), MLP), MOVIELENS))
                .isEqualTo(1_351_767);
    }

    @Test
    void parametersOfTheInteractionNetworkAloneMatchBars() {
        // BARS, CIN_frappe_x1: 59,279 + 10*10*64+64 + 2*(10*64*64+64) + 193
        assertThat(ParameterCount.of(new XDeepFm(), config(List.of(64, 64, 64), NONE), FRAPPE))
                .isEqualTo(147_984);
        // BARS, CIN_movielenslatest_x1: 992,629 + 3*3*32+32 + 3*(3*32*32+32) + 129
        assertThat(ParameterCount.of(new XDeepFm(), config(List.of(32, 32, 32, 32), NONE), MOVIELENS))
                .isEqualTo(1_002_390);
    }

    @Test
    void baselinesOfTheWukongPaperAreInteractionNetworksOfThreeLayersOf16WithoutPerceptron() {
        // Zhang et al. 2024, table 3: 5,399*11 + 10*10*16+16 + 2*(10*16*16+16) + 49
        XDeepFm.Config config = config(List.of(16, 16, 16), NONE);
        assertThat(ParameterCount.of(new XDeepFm(), config, FRAPPE_PADDED)).isEqualTo(66_206);
        // 90,242*11 + 3*3*16+16 + 2*(3*16*16+16) + 49
        assertThat(ParameterCount.of(new XDeepFm(), config, MOVIELENS_PADDED)).isEqualTo(994_439);
    }

    @Test
    void anInteractionNetworkWithoutLayersIsRefused() {
        String why = "`cin` needs at least one layer, and every layer a positive number of embeddings, got ";
        assertThatThrownBy(() -> config(List.of(), MLP))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(why + "[]");
        assertThatThrownBy(() -> config(List.of(4, 0), MLP)).hasMessage(why + "[4, 0]");
    }

    private static XDeepFm.Config config(List<Integer> cin, Mlp.Config deep) {
        return new XDeepFm.Config(10, DenseInputs.EMBED, NONE, cin, deep);
    }
}
