package dev.herd.models.din;

import dev.herd.data.config.Doc;
import dev.herd.models.ModelInput.Sequence;
import dev.herd.models.behavior.BehaviorNetwork;
import dev.herd.nn.Ops;
import dev.herd.nn.Parameters;
import dev.herd.nn.Tensor;
import dev.herd.nn.layer.Linear;
import java.util.ArrayList;
import java.util.List;

/// Weighs every behavior by a small network over behavior, candidate, their difference and their product,
/// and sums the behaviors.
///
/// **Shapes**: behaviors `[B, T, D]`, candidate `[B, 1, D]`, mask `[B, T]`, result `[B, D]`.
/// **Paper**: Zhou et al. 2018, section 4.2, equation 3 and figure 2.
public final class ActivationUnit implements BehaviorNetwork.Summary {
    /// Added to the score of padding under softmax; large enough that its weight is 0 in fp32.
    private static final double HIDDEN = 1e9;

    private final Config config;
    private final int width;
    private final List<Block> blocks;
    private final Linear out;

    private ActivationUnit(Config config, int width, List<Block> blocks, Linear out) {
        this.config = config;
        this.width = width;
        this.blocks = blocks;
        this.out = out;
    }

    private record Block(Linear linear, UnitActivation activation) {}

    /// The shape of the unit.
    public record Config(
            @Doc("widths of the hidden layers") List<Integer> hidden,

            @Doc("nonlinearity: dice (needs whole batches, so the step is not sliced), prelu, sigmoid or relu")
            UnitActivation.Kind activation,

            @Doc("whether the weights of a row are made to add up to 1; the paper leaves them as they are")
            boolean softmax) {
        public Config {
            hidden = List.copyOf(hidden);
            for (int size : hidden) {
                if (size <= 0) {
                    throw new IllegalArgumentException("hidden widths must be positive, got " + hidden);
                }
            }
        }

        /// The unit of the authors' code: 80 and 40, Dice, no softmax.
        public static Config defaults() {
            return new Config(List.of(80, 40), UnitActivation.Kind.DICE, false);
        }
    }

    static ActivationUnit create(Parameters.Scope scope, Config config, int width) {
        List<Block> blocks = new ArrayList<>();
        int in = 4 * width;
        for (int i = 0; i < config.hidden().size(); i++) {
            int size = config.hidden().get(i);
            Parameters.Scope block = scope.scope(Integer.toString(i));
            blocks.add(new Block(
                    Linear.create(block, in, size), config.activation().create(block.scope("activation"), size)));
            in = size;
        }
        return new ActivationUnit(config, width, blocks, Linear.create(scope.scope("out"), in, 1));
    }

    @Override
    public Tensor forward(Ops ops, Sequence sequence, Tensor targetB1D) {
        Tensor behaviorsBTD = sequence.embedding();
        Tensor maskBT = sequence.mask();
        long length = maskBT.shape()[1];
        Tensor scoresBT = ops.reshape(scores(ops, behaviorsBTD, targetB1D, maskBT), -1, length);
        if (config.softmax()) {
            scoresBT = ops.softmax(ops.add(scoresBT, ops.scale(ops.shift(maskBT, -1), HIDDEN)), -1);
        }
        // a row without behaviors has a softmax, too, over its padding
        Tensor weightsBT = ops.mul(scoresBT, maskBT);
        Tensor sumB1D = ops.matmul(ops.reshape(weightsBT, -1, 1, length), behaviorsBTD);
        return ops.reshape(sumB1D, -1, width);
    }

    /// **Shapes**: result `[B * T, 1]`.
    private Tensor scores(Ops ops, Tensor behaviorsBTD, Tensor targetB1D, Tensor maskBT) {
        long length = maskBT.shape()[1];
        Tensor repeatedBTD = ops.mul(targetB1D, ops.reshape(maskBT, -1, length, 1));
        Tensor seenBTC = ops.concat(
                List.of(
                        behaviorsBTD,
                        repeatedBTD,
                        ops.sub(behaviorsBTD, repeatedBTD),
                        ops.mul(behaviorsBTD, repeatedBTD)),
                2);
        Tensor count = ops.reshape(maskBT, -1, 1);
        Tensor x = ops.reshape(seenBTC, -1, 4L * width);
        for (Block block : blocks) {
            x = block.activation().forward(ops, block.linear().forward(ops, x), count);
        }
        return out.forward(ops, x);
    }
}
