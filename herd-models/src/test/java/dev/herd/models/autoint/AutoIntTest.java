package dev.herd.models.autoint;

import static dev.herd.models.ParameterCount.FRAPPE;
import static dev.herd.models.ParameterCount.FRAPPE_PADDED;
import static dev.herd.models.ParameterCount.MOVIELENS;
import static dev.herd.models.ParameterCount.MOVIELENS_PADDED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.FeatureSchema;
import dev.herd.models.ConfiguredModel;
import dev.herd.models.DenseInputs;
import dev.herd.models.ModelGraph;
import dev.herd.models.ParameterCount;
import dev.herd.nn.graph.Cost;
import dev.herd.nn.graph.Graph;
import dev.herd.nn.layer.Mlp;
import dev.herd.nn.layer.Normalization;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

class AutoIntTest {
    private static final Mlp.Config NONE = Mlp.Config.of();
    private static final Mlp.Config MLP = Mlp.Config.of(400, 400, 400).withNormalization(Normalization.BATCH);

    @Test
    void parametersOfAutoIntMatchBarsAndTheWukongPaper() {
        // BARS, AutoInt_frappe_x1: 5,389*10 + 4*10*128 + 5*3*128*128 + 10*128+1
        AutoInt.Attention six = new AutoInt.Attention(6, 128, 4, true, false, false, 0);
        assertThat(ParameterCount.of(new AutoInt(), config(six, false, NONE), FRAPPE))
                .isEqualTo(306_051);
        // Zhang et al. 2024, table 3, where this model stands in the row of AutoInt+
        assertThat(ParameterCount.of(new AutoInt(), config(six, false, NONE), FRAPPE_PADDED))
                .isEqualTo(306_151);
    }

    @Test
    void parametersOfAutoIntPlusMatchBars() {
        // BARS, AutoInt+_frappe_x1: 53,890 + 5,120 + 4*49,152 + 5*256 + 1,281
        // + 100*400+400 + 2*(400*400+400) + 3*800 + 401
        assertThat(ParameterCount.of(new AutoInt(), config(normalized(5), false, MLP), FRAPPE))
                .isEqualTo(622_180);
        // BARS, AutoInt+_movielenslatest_x1: 90,239*(10+1) + 5,120 + 49,152 + 2*256 + 3*128+1
        // + 30*400+400 + 320,800 + 2,400 + 401
        assertThat(ParameterCount.of(new AutoInt(), config(normalized(2), true, MLP), MOVIELENS))
                .isEqualTo(1_383_799);
    }

    @Test
    void theWukongPapersBaselineOnMovieLensIsTheBenchmarksWithoutItsLinearTerm() {
        // Zhang et al. 2024, table 3: 90,242*10 + 391,170
        assertThat(ParameterCount.of(new AutoInt(), config(normalized(2), false, MLP), MOVIELENS_PADDED))
                .isEqualTo(1_293_590);
    }

    @Test
    void matrixProductsAreThoseOfTheWukongPapersBaselines() {
        // Zhang et al. 2024, table 3: 15.98 and 3.00 million operations, 6 per multiply-accumulate
        AutoInt.Attention six = new AutoInt.Attention(6, 128, 4, true, false, false, 0);
        // 10 fields * (4*10*128 + 5*3*128*128) + 6 layers * 2*10*10*128 + 10*128
        assertThat(products(config(six, false, NONE), FRAPPE)).isEqualTo(2_663_680);
        // 3*(4*10*128 + 3*128*128) + 2*2*3*3*128 + 3*128 + 30*400 + 2*400*400 + 400
        assertThat(products(config(normalized(2), false, MLP), MOVIELENS)).isEqualTo(500_208);
    }

    private static long products(AutoInt.Config config, FeatureSchema schema) {
        try (Arena arena = Arena.ofConfined()) {
            Graph graph = ModelGraph.of(new ConfiguredModel<>(new AutoInt(), config), schema, arena);
            return Cost.of(graph).total().multiplyAccumulates();
        }
    }

    @Test
    void headsThatDoNotDivideTheWidthAreRefused() {
        assertThatThrownBy(() -> new AutoInt.Attention(1, 10, 4, true, true, true, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("`heads` must divide `width`, got 4 and 10");
        assertThatThrownBy(() -> normalized(0)).hasMessage("`layers` must be positive, got 0");
        assertThatThrownBy(() -> new AutoInt.Attention(1, 8, 4, true, true, true, 1))
                .hasMessage("`dropout` must lie in [0, 1), got 1.0");
    }

    private static AutoInt.Attention normalized(int layers) {
        return new AutoInt.Attention(layers, 128, 4, true, true, true, 0.1);
    }

    private static AutoInt.Config config(AutoInt.Attention attention, boolean wide, Mlp.Config deep) {
        return new AutoInt.Config(10, DenseInputs.EMBED, NONE, attention, wide, deep);
    }
}
