package dev.herd.cli.quickstart;

import dev.herd.data.config.Config;
import dev.herd.train.TrainConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A model that takes part in the quickstart, with the keys that its size needs.
///
/// @param model its name in configuration files, also the name of its run's folder
/// @param title its name in the table
/// @param overrides keys laid over the common recipe
record Contender(String model, String title, List<String> overrides) {
    private static final String RECIPE = "recipe.yaml";

    /// From the simplest to the one that should come closest to the best possible loss.
    static final List<Contender> ALL = List.of(
            new Contender("lr", "LR", List.of("model=lr", "learning_rate.rate=2e-2")),
            new Contender("fm", "FM", List.of("model={name: fm, embedding_dim: 16}")),
            new Contender(
                    "dcnv2",
                    "DCNv2",
                    List.of("model={name: dcnv2, embedding_dim: 16, cross: {layers: 3},"
                            + " deep: {hidden: [128, 128], normalization: none}}")),
            new Contender(
                    "wukong",
                    "Wukong",
                    List.of(
                            "model={name: wukong, embedding_dim: 16, layers: 2, fm_embeddings: [16], lcb_embeddings: [16],"
                                    + " projection: {kind: static, rank: 16}, bottom: {hidden: [64]}, mlp: {hidden: [128]},"
                                    + " head: {hidden: [128]}}")));

    /// The configuration of its run.
    TrainConfig config(Path dataset, Path run, int threads) {
        List<String> all = new ArrayList<>(overrides);
        all.add("dataset=" + quoted(dataset));
        all.add("output=" + quoted(run));
        all.add("threads=" + threads);
        return Config.parse(recipe(), "the quickstart's " + RECIPE, all, TrainConfig.defaults());
    }

    private static String quoted(Path path) {
        return "'" + path.toString().replace("'", "''") + "'";
    }

    private static String recipe() {
        try (InputStream in = Contender.class.getResourceAsStream(RECIPE)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks " + RECIPE);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(RECIPE + " cannot be read", e);
        }
    }
}
