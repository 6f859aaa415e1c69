package dev.herd.models.multitask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.FeatureSchema;
import dev.herd.models.DenseInputs;
import dev.herd.models.ParameterCount;
import dev.herd.models.Schemas;
import dev.herd.models.mmoe.Mmoe;
import dev.herd.models.ple.Ple;
import dev.herd.models.sharedbottom.SharedBottom;
import dev.herd.nn.layer.Mlp;
import org.junit.jupiter.api.Test;

/// No counts of these models are published; those here are worked out by hand.
class MultitaskTest {
    private static final Mlp.Config NONE = Mlp.Config.of();
    private static final Mlp.Config EXPERT = Mlp.Config.of(8, 4);
    private static final Mlp.Config TOWER = Mlp.Config.of(3);
    /// Ten columns and two labels.
    private static final FeatureSchema SCHEMA = Schemas.of(2, 0, 5, 100);

    private static final long EXPERT_COUNT = 10 * 8 + 8 + 8 * 4 + 4;
    private static final long TOWERS = 2 * (4 * 3 + 3 + 3 + 1);
    private static final long ROWS = 100 * 2;

    @Test
    void sharedBottomHasOneNetworkAndATowerPerLabel() {
        SharedBottom.Config config = new SharedBottom.Config(2, DenseInputs.EMBED, NONE, EXPERT, TOWER);
        assertThat(ParameterCount.of(new SharedBottom(), config, SCHEMA)).isEqualTo(ROWS + EXPERT_COUNT + TOWERS);
    }

    @Test
    void mmoeHasSharedExpertsAndAGatePerLabel() {
        Mmoe.Config config = new Mmoe.Config(2, DenseInputs.EMBED, NONE, 3, EXPERT, NONE, TOWER);
        assertThat(ParameterCount.of(new Mmoe(), config, SCHEMA))
                .isEqualTo(ROWS + 3 * EXPERT_COUNT + 2 * (10 * 3 + 3) + TOWERS);
    }

    @Test
    void pleHasExpertsOfBothKindsAtEveryLevelAndNoSharedGateAtTheLast() {
        Ple.Config config = new Ple.Config(2, DenseInputs.EMBED, NONE, 2, 2, 3, EXPERT, NONE, TOWER);
        long upper = 4 * 8 + 8 + 8 * 4 + 4;
        long lowerGates = 2 * (10 * 5 + 5) + 10 * 7 + 7;
        long upperGates = 2 * (4 * 5 + 5);
        assertThat(ParameterCount.of(new Ple(), config, SCHEMA))
                .isEqualTo(ROWS + 7 * EXPERT_COUNT + 7 * upper + lowerGates + upperGates + TOWERS);
    }

    @Test
    void countsAndExpertsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> new Mmoe.Config(2, DenseInputs.EMBED, NONE, 0, EXPERT, NONE, TOWER))
                .hasMessage("`experts` must be positive, got 0");
        assertThatThrownBy(() -> new Mmoe.Config(2, DenseInputs.EMBED, NONE, 2, NONE, NONE, TOWER))
                .hasMessage("`expert.hidden` must hold at least one width, got []");
        assertThatThrownBy(() -> new Ple.Config(2, DenseInputs.EMBED, NONE, 0, 1, 1, EXPERT, NONE, TOWER))
                .hasMessage("`levels` must be at least 1, got 0");
        assertThatThrownBy(() -> new Ple.Config(2, DenseInputs.EMBED, NONE, 1, 1, 0, EXPERT, NONE, TOWER))
                .hasMessage("`shared_experts` must be positive, got 0");
        assertThatThrownBy(() -> new Ple.Config(2, DenseInputs.EMBED, NONE, 1, 0, 1, EXPERT, NONE, TOWER))
                .hasMessage("`task_experts` must be positive, got 0");
    }
}
