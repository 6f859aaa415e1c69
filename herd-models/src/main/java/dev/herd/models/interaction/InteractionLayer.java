package dev.herd.models.interaction;

import dev.herd.nn.Ops;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Activation;
import dev.herd.nn.layer.Layer;
import dev.herd.nn.layer.LayerNorm;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `X' = Norm(Ensemble_i(Interaction_i(X)) + Shortcut(X))`. The shortcut is the identity when the number of
/// embeddings stays, else linear combinations without bias.
///
/// **Shapes**: `[B, n, D]` to `[B, embeddings, D]`.
/// **Paper**: DHEN (arXiv 2203.11014), section 3; Wukong (arXiv 2403.02545), section 3, has two
/// interactions.
public final class InteractionLayer implements Layer {
    private final List<Interaction> interactions;
    private final Joint joint;
    private final Shortcut shortcut;
    private final @Nullable LinearCombinations projection;
    private final Layer norm;
    private final int embeddings;

    private InteractionLayer(Parameters.Scope scope, int n, int width, List<Interaction> interactions, Shape shape) {
        this.interactions = List.copyOf(interactions);
        this.embeddings = count(this.interactions, shape.ensemble());
        this.joint = Joint.create(scope, shape.ensemble(), interactions.size(), n, width);
        this.shortcut = shape.shortcut();
        this.projection = shortcut == Shortcut.NONE || embeddings == n
                ? null
                : LinearCombinations.create(scope.scope("residual"), n, embeddings);
        this.norm = shape.norm() ? LayerNorm.create(scope.scope("norm"), width) : Activation.IDENTITY;
    }

    /// What goes around the interactions.
    public enum Shortcut {
        RESIDUAL,
        /// for ablations
        NONE
    }

    /// How a layer is put together around its interactions.
    ///
    /// @param norm whether the result is layer-normalized over D
    public record Shape(Ensemble ensemble, Shortcut shortcut, boolean norm) {}

    /// @param n embeddings of the input
    /// @param interactions declared in the same scope
    /// **Throws** `IllegalArgumentException` when the results of interactions that are to be summed differ
    /// in number.
    public static InteractionLayer create(
            Parameters.Scope scope, int n, int width, List<Interaction> interactions, Shape shape) {
        return new InteractionLayer(scope, n, width, interactions, shape);
    }

    private static int count(List<Interaction> interactions, Ensemble ensemble) {
        List<Integer> counts =
                interactions.stream().map(Interaction::embeddings).toList();
        if (counts.isEmpty()) {
            throw new IllegalArgumentException("a layer needs at least one interaction");
        }
        if (ensemble != Ensemble.CONCAT && counts.stream().distinct().count() > 1) {
            throw new IllegalArgumentException(
                    "interactions whose results are summed must give the same number of embeddings, not " + counts);
        }
        return ensemble == Ensemble.CONCAT
                ? counts.stream().mapToInt(Integer::intValue).sum()
                : counts.getFirst();
    }

    /// Number of embeddings of the result.
    public int embeddings() {
        return embeddings;
    }

    @Override
    public Tensor forward(Ops ops, Tensor embBND) {
        List<Tensor> results = new ArrayList<>();
        for (Interaction interaction : interactions) {
            results.add(interaction.forward(ops, embBND));
        }
        Tensor all = joint.join(ops, embBND, results);
        return norm.forward(ops, shortcut == Shortcut.NONE ? all : ops.add(all, kept(ops, embBND)));
    }

    private Tensor kept(Ops ops, Tensor embBND) {
        return projection == null ? embBND : projection.forward(ops, embBND);
    }
}
