package dev.herd.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.herd.models.Cases.Case;
import dev.herd.models.dlrm.Dlrm;
import dev.herd.nn.graph.Graph;
import dev.herd.nn.graph.Node;
import dev.herd.nn.graph.Operator;
import dev.herd.nn.graph.Recorder;
import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ModelGraphTest {
    private static final long SEED = 20;

    @ParameterizedTest
    @MethodSource("dev.herd.models.Cases#all")
    void aRecordedModelGivesTheLogitsOfTheModelBitForBit(Case<?> model) {
        try (Rig rig = new Rig(model.model(), model.schema(), SEED)) {
            Graph graph = rig.graph();
            long tasks = model.schema().labels().size();
            assertThat(graph.outputs()).hasSize(1);
            assertThat(graph.outputs().getFirst().shape()).containsExactly(Recorder.BATCH, tasks);
            assertThat(rig.replay(graph)).containsExactly(rig.evaluate());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.herd.models.Cases#all")
    void everyNodeStandsBehindThoseItReads(Case<?> model) {
        try (Rig rig = new Rig(model.model(), model.schema(), SEED)) {
            List<Node> nodes = rig.graph().nodes();
            for (int i = 0; i < nodes.size(); i++) {
                assertThat(nodes.subList(0, i)).containsAll(nodes.get(i).operands());
            }
        }
    }

    @Test
    void inputsAreTheNumbersAndTheGroups() {
        try (Arena arena = Arena.ofConfined()) {
            Graph graph = ModelGraph.of(
                    new ConfiguredModel<>(new Dlrm(), Dlrm.Config.defaults()), Schemas.of(2, 3, 30), arena);
            assertThat(graph.inputs())
                    .extracting(Node::operator)
                    .containsExactly(new Operator.Input("dense"), new Operator.Input("embedding"));
            assertThat(graph.inputs().getFirst().shape()).containsExactly(Recorder.BATCH, 2);
            assertThat(graph.inputs().getLast().shape()).containsExactly(Recorder.BATCH, 3, 10);
        }
    }
}
