package dev.herd.models.ple;

import dev.herd.models.multitask.Experts;
import dev.herd.models.multitask.Gate;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Experts of each label and shared ones. A label's gate averages its own and the shared experts; the
/// shared gate averages all experts of the level, and is left out of the last level, where nothing would
/// read it.
///
/// **Shapes**: K + 1 inputs `[B, C]`, the shared one last; K + 1 results `[B, H]`, K from the last level.
/// **Paper**: Tang et al. 2020, customized gate control and extraction networks.
record ExtractionLevel(
        List<Experts> own,
        Experts shared,
        List<Gate> gates,
        @Nullable Gate sharedGate) {
    static ExtractionLevel create(Parameters.Scope scope, Ple.Config config, int tasks, long in, boolean last) {
        List<Experts> own = new ArrayList<>();
        List<Gate> gates = new ArrayList<>();
        int seen = config.taskExperts() + config.sharedExperts();
        for (int task = 0; task < tasks; task++) {
            Parameters.Scope part = scope.scope("task" + task);
            own.add(Experts.create(part.scope("expert"), config.expert(), config.taskExperts(), in));
            gates.add(Gate.create(part.scope("gate"), config.gate(), in, seen));
        }
        Parameters.Scope part = scope.scope("shared");
        int all = tasks * config.taskExperts() + config.sharedExperts();
        return new ExtractionLevel(
                own,
                Experts.create(part.scope("expert"), config.expert(), config.sharedExperts(), in),
                gates,
                last ? null : Gate.create(part.scope("gate"), config.gate(), in, all));
    }

    List<Tensor> forward(Ops ops, List<Tensor> inputs) {
        List<Tensor> sharedOutputs = shared.forward(ops, inputs.getLast());
        List<Tensor> all = new ArrayList<>();
        List<Tensor> results = new ArrayList<>();
        for (int task = 0; task < own.size(); task++) {
            List<Tensor> seen = new ArrayList<>(own.get(task).forward(ops, inputs.get(task)));
            all.addAll(seen);
            seen.addAll(sharedOutputs);
            results.add(gates.get(task).forward(ops, inputs.get(task), seen));
        }
        if (sharedGate != null) {
            all.addAll(sharedOutputs);
            results.add(sharedGate.forward(ops, inputs.getLast(), all));
        }
        return results;
    }
}
