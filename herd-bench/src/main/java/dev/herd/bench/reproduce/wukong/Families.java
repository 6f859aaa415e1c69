package dev.herd.bench.reproduce.wukong;

import dev.herd.bench.reproduce.lab.Lab;
import dev.herd.bench.reproduce.lab.Matching;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;

/// The models under comparison, as blocks of configuration.
final class Families {
    static final int WIDTH = 16;

    private static final int CROSS_LAYERS = 2;

    private Families() {}

    /// A size of Wukong.
    ///
    /// @param embeddings n_F and n_L of every layer
    /// @param rank k, columns of the projection Y
    /// @param hidden width of both perceptrons
    record Size(int layers, int embeddings, int rank, int hidden) {
        String wukong() {
            return wukong("{kind: static, rank: " + rank + "}", "[]");
        }

        String wukong(String projection, String without) {
            return "{name: wukong, embedding_dim: " + WIDTH + ", bottom: {hidden: [32]}, layers: " + layers
                    + ", fm_embeddings: [" + embeddings + "], lcb_embeddings: [" + embeddings + "], projection: "
                    + projection + ", mlp: {hidden: [" + hidden + "]}, head: {hidden: [" + hidden + "]}, without: "
                    + without + "}";
        }

        @Override
        public String toString() {
            return "l=%d, n_F=n_L=%d, k=%d, MLP %d".formatted(layers, embeddings, rank, hidden);
        }
    }

    /* The paper's path: first more layers, then wider ones, n_F, n_L, k and the perceptrons together. Its four steps from
     * 0.53 to 5.6 GFLOP an example are l = 2, 4, 8, 8 with n = 8, 32, 32, 48, k = 24, 24, 24, 48 and perceptrons of 2048,
     * 2048, 2048, 4096. */

    /// The scaling path.
    static final List<Size> PATH =
            List.of(new Size(1, 2, 4, 16), new Size(2, 4, 8, 32), new Size(2, 8, 16, 64), new Size(3, 16, 32, 256));

    /// DCNv2 at a cost: two cross layers whose rank takes half of it, and a perceptron of two layers for
    /// the rest.
    static String dcnv2(Path log, long flops) {
        IntFunction<String> crossOnly = rank -> dcnv2(rank, 1);
        int rank = Matching.width(flops / 2, r -> Lab.flops(crossOnly.apply(r), log));
        return matched(log, flops, width -> dcnv2(rank, width));
    }

    private static String dcnv2(int rank, int width) {
        return "{name: dcnv2, embedding_dim: " + WIDTH + ", cross: {layers: " + CROSS_LAYERS + ", rank: " + rank
                + "}, deep: {hidden: [" + width + ", " + width + "], normalization: none}}";
    }

    /// DLRM at a cost: inner products under a perceptron of two layers.
    static String dlrm(Path log, long flops) {
        return matched(
                log,
                flops,
                width -> "{name: dlrm, embedding_dim: " + WIDTH
                        + ", bottom: {hidden: [32], normalization: none}, top: {hidden: [" + width + ", " + width
                        + "], normalization: none}}");
    }

    private static String matched(Path log, long flops, IntFunction<String> model) {
        return model.apply(Matching.width(flops, width -> Lab.flops(model.apply(width), log)));
    }
}
