package dev.herd.models.bst;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.herd.models.ModelInput.Sequence;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tape;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

class BstTest {
    private static final float[] TARGET = {0.3f, -0.7f};

    @Test
    void howFarARowIsPaddedDoesNotMatter() {
        for (PositionPooling pooling : PositionPooling.values()) {
            float[] tight = pooled(pooling, new float[] {1, 2, 3, -1}, new float[] {1, 1});
            float[] padded = pooled(pooling, new float[] {0, 0, 0, 0, 0, 0, 1, 2, 3, -1}, new float[] {0, 0, 0, 1, 1});
            assertThat(padded).as(pooling.name()).containsExactly(tight, within(1e-5f));
        }
    }

    @Test
    void theOrderOfBehaviorsMatters() {
        float[] forth = pooled(PositionPooling.TARGET, new float[] {1, 2, 3, -1}, new float[] {1, 1});
        float[] back = pooled(PositionPooling.TARGET, new float[] {3, -1, 1, 2}, new float[] {1, 1});
        assertThat(Math.abs(forth[0] - back[0])).isGreaterThan(1e-4f);
    }

    /// What a transformer for at most five behaviors makes of one row.
    private static float[] pooled(PositionPooling pooling, float[] behaviors, float[] mask) {
        Bst.Config config = new Bst.Config(
                2,
                Bst.Config.defaults().behaviors(),
                Bst.Config.defaults().dense(),
                Bst.Config.defaults().bottom(),
                2,
                new dev.herd.nn.layer.TransformerEncoder.Config(2, 6, 0),
                pooling,
                Bst.Config.defaults().deep());
        try (Arena arena = Arena.ofConfined();
                Tape tape = Tape.inference()) {
            BehaviorTransformer transformer =
                    BehaviorTransformer.create(Parameters.create(arena, 3).root(), config, 5);
            Sequence sequence =
                    new Sequence(tape.input(behaviors, 1, mask.length, 2), tape.input(mask, 1, mask.length));
            return tape.floats(transformer.forward(tape.ops(), sequence, tape.input(TARGET, 1, 1, 2)));
        }
    }

    @Test
    void headsThatDoNotDivideThePositionsAreRefused() {
        Bst.Config defaults = Bst.Config.defaults();
        assertThatThrownBy(() -> new Bst.Config(
                        5,
                        defaults.behaviors(),
                        defaults.dense(),
                        defaults.bottom(),
                        1,
                        defaults.transformer(),
                        defaults.pooling(),
                        defaults.deep()))
                .hasMessage("`transformer.heads` (8) must divide twice the `embedding_dim` (10)");
    }
}
