package dev.herd.models.masknet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.FeatureSchema;
import dev.herd.models.DenseInputs;
import dev.herd.models.ParameterCount;
import dev.herd.models.Schemas;
import dev.herd.models.masknet.MaskNet.Structure;
import dev.herd.nn.layer.Mlp;
import java.util.List;
import org.junit.jupiter.api.Test;

class MaskNetTest {
    private static final Mlp.Config DEEP = Mlp.Config.of(400, 400, 400);

    @Test
    void parameterCountsMatchBars() {
        // BARS, MaskNet_movielenslatest_x1 (serial, no norm of embeddings): 90,239*10
        // + (30*120+120 + 120*30+30 + 30*400 + 800) + 2*(30*1600+1600 + 1600*400+400 + 400*400 + 800) + 401
        MaskNet.Config serial = config(10, Structure.SERIAL, List.of(400, 400, 400), 4);
        assertThat(count(serial, Schemas.of(0, 3, 90_239))).isEqualTo(2_624_541);
        // BARS, MaskNet_frappe_x1 (parallel): 5,389*10
        // + 3*(100*200+200 + 200*100+100 + 100*50 + 100) + 150*400+400 + 320,800 + 401
        MaskNet.Config parallel = config(10, Structure.PARALLEL, List.of(50, 50, 50), 2);
        assertThat(count(parallel, Schemas.of(0, 10, 5_389))).isEqualTo(571_691);
    }

    @Test
    void parameterCountsMatchTable3OfTheWukongPaper() {
        // Zhang et al. 2024, table 3, with a padding row per field: 2,624,541 + 3*10
        MaskNet.Config serial = config(10, Structure.SERIAL, List.of(400, 400, 400), 4);
        assertThat(count(serial, Schemas.of(0, 3, 90_242))).isEqualTo(2_624_571);
        // The paper prints no configuration for Frappe. That of BARS at width 128 matches when blocks have 100
        // columns: 5,399*128 + 3*(1280*2560+2560 + 2560*1280+1280 + 1280*100 + 200) + 300*400+400 + 320,800 + 401
        MaskNet.Config parallel = config(128, Structure.PARALLEL, List.of(100, 100, 100), 2);
        assertThat(count(parallel, Schemas.of(0, 10, 5_399))).isEqualTo(21_189_593);
    }

    @Test
    void normOfEmbeddingsAddsTwoNumbersPerColumnAndField() {
        MaskNet.Config plain = config(10, Structure.PARALLEL, List.of(50, 50, 50), 2);
        MaskNet.Config normed = new MaskNet.Config(
                10,
                plain.dense(),
                plain.bottom(),
                plain.structure(),
                plain.blocks(),
                plain.reduction(),
                true,
                true,
                0,
                DEEP);
        FeatureSchema schema = Schemas.of(0, 10, 5_389);
        assertThat(count(normed, schema) - count(plain, schema)).isEqualTo(10 * 2 * 10);
    }

    @Test
    void valuesThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> config(10, Structure.SERIAL, List.of(), 2))
                .hasMessage("`blocks` must hold a positive width for each of at least one block, got []");
        assertThatThrownBy(() -> config(10, Structure.SERIAL, List.of(4, 0), 2)).hasMessageContaining("got [4, 0]");
        assertThatThrownBy(() -> config(10, Structure.SERIAL, List.of(4), 0))
                .hasMessage("`reduction` must be positive, got 0.0");
    }

    private static MaskNet.Config config(int width, Structure structure, List<Integer> blocks, double reduction) {
        return new MaskNet.Config(width, DenseInputs.EMBED, DEEP, structure, blocks, reduction, false, true, 0.1, DEEP);
    }

    private static long count(MaskNet.Config config, FeatureSchema schema) {
        return ParameterCount.of(new MaskNet(), config, schema);
    }
}
