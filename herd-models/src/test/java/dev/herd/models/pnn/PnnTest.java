package dev.herd.models.pnn;

import static dev.herd.models.ParameterCount.FRAPPE;
import static dev.herd.models.ParameterCount.MOVIELENS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.InputException;
import dev.herd.models.ParameterCount;
import dev.herd.models.Schemas;
import org.junit.jupiter.api.Test;

class PnnTest {
    @Test
    void parametersMatchBars() {
        // BARS, IPNN_frappe_x1: 5,389*10 + (100+45)*400+400 + 2*(400*400+400) + 401
        assertThat(ParameterCount.of(new Pnn(), Pnn.Config.defaults(), FRAPPE)).isEqualTo(433_491);
        // BARS, IPNN_movielenslatest_x1: 90,239*10 + (30+3)*400+400 + 320,800 + 401
        assertThat(ParameterCount.of(new Pnn(), Pnn.Config.defaults(), MOVIELENS))
                .isEqualTo(1_237_191);
    }

    @Test
    void aSchemaOfOneFieldIsRefusedWithWhatToDo() {
        assertThatThrownBy(() -> ParameterCount.of(new Pnn(), Pnn.Config.defaults(), Schemas.of(0, 1, 10)))
                .isInstanceOf(InputException.class)
                .hasMessage("pnn multiplies pairs of embeddings, but the schema gives one; add a feature, or use the"
                        + " model `dnn`");
    }
}
