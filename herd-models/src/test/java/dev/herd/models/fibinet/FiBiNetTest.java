package dev.herd.models.fibinet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.FeatureSchema;
import dev.herd.data.InputException;
import dev.herd.models.ParameterCount;
import dev.herd.models.Schemas;
import dev.herd.models.fibinet.FiBiNet.Bilinear;
import dev.herd.nn.layer.Mlp;
import dev.herd.nn.layer.Normalization;
import org.junit.jupiter.api.Test;

class FiBiNetTest {
    private static final Mlp.Config PLAIN = Mlp.Config.of(400, 400, 400);
    private static final Mlp.Config MLP = PLAIN.withNormalization(Normalization.BATCH);
    private static final FeatureSchema FRAPPE = Schemas.of(0, 10, 5_389);

    @Test
    void parameterCountsMatchBars() {
        // BARS, FiBiNET_frappe_x1: 5,389*11 + 2*10*5 + 10*10 + 900*400+400 + 320,800 + 2,400 + 401
        assertThat(count(config(2, Bilinear.FIELD_ALL, true, MLP), FRAPPE)).isEqualTo(743_480);
        // BARS, FiBiNET_movielenslatest_x1, whose reduction of 0.3 makes the narrow part the wider one:
        // 90,239*11 + 2*3*10 + 10*10 + 60*400+400 + 320,800 + 2,400 + 401
        assertThat(count(config(0.3, Bilinear.FIELD_ALL, true, MLP), Schemas.of(0, 3, 90_239)))
                .isEqualTo(1_340_790);
        // BARS, FiBiNET_criteo_x1: 2,086,316*11 + 2*39*3 + 741*10*10 + 14820*400+400 + 320,800 + 401
        assertThat(count(config(12, Bilinear.FIELD_INTERACTION, true, PLAIN), Schemas.of(13, 26, 2_086_303)))
                .isEqualTo(29_273_411);
    }

    @Test
    void matricesOfTheirOwnForReweightedEmbeddingsAreCountedToo() {
        long shared = count(config(2, Bilinear.FIELD_EACH, true, MLP), FRAPPE);
        assertThat(count(config(2, Bilinear.FIELD_EACH, false, MLP), FRAPPE) - shared)
                .isEqualTo(10 * 10 * 10);
    }

    @Test
    void aSingleEmbeddingHasNoPairs() {
        assertThatThrownBy(() -> count(FiBiNet.Config.defaults(), Schemas.of(0, 1, 7)))
                .isInstanceOf(InputException.class)
                .hasMessage("fibinet multiplies pairs of embeddings, but the schema gives only one;"
                        + " declare another feature or use the model `dnn`");
    }

    @Test
    void aReductionThatIsNotPositiveIsRefused() {
        assertThatThrownBy(() -> config(0, Bilinear.FIELD_ALL, true, MLP))
                .hasMessage("`reduction` must be positive, got 0.0");
    }

    private static FiBiNet.Config config(double reduction, Bilinear bilinear, boolean shared, Mlp.Config deep) {
        return new FiBiNet.Config(10, reduction, bilinear, shared, deep);
    }

    private static long count(FiBiNet.Config config, FeatureSchema schema) {
        return ParameterCount.of(new FiBiNet(), config, schema);
    }
}
