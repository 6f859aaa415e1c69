package dev.herd.bench.reproduce.bdr;

import dev.herd.bench.reproduce.lab.DefaultLog;
import dev.herd.bench.reproduce.lab.Lab;
import dev.herd.bench.reproduce.lab.Lab.Trial;
import dev.herd.bench.reproduce.lab.MovieLens;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// A model with a recipe that no format changes.
///
/// @param model the block `model` of its configuration
/// @param sliced whether batches can be cut into slices; running statistics need whole ones
record Family(String title, String recipe, String model, boolean sliced) {
    static final Family WUKONG = new Family(
            "Wukong",
            DefaultLog.RECIPE,
            "{name: wukong, embedding_dim: 16, bottom: {hidden: [32]}, layers: 2, fm_embeddings: [16],"
                    + " lcb_embeddings: [16], projection: {kind: static, rank: 16}, mlp: {hidden: [128]},"
                    + " head: {hidden: [128]}}",
            true);

    /// On the default log.
    static final List<Family> SYNTHETIC = List.of(
            new Family(
                    "DCNv2",
                    DefaultLog.RECIPE,
                    "{name: dcnv2, embedding_dim: 16, cross: {layers: 3}, deep: {hidden: [128, 128],"
                            + " normalization: none}}",
                    true),
            new Family(
                    "DLRM",
                    DefaultLog.RECIPE,
                    "{name: dlrm, embedding_dim: 16, bottom: {hidden: [32], normalization: none}, top: {hidden:"
                            + " [128, 128], normalization: none}}",
                    true),
            WUKONG);

    static final Family MOVIELENS = new Family("DCNv2 on MovieLens", MovieLens.RECIPE, MovieLens.DCNV2, false);

    /// What the formats made of it, seed by seed.
    ///
    /// @param plain trained in fp32
    /// @param reordered the same but for the order of sums; none where batches cannot be cut
    /// @param trained in each format
    /// @param cast normalized entropy of the plain ones, scored in each format
    record Trials(
            Family family,
            List<Trial> plain,
            List<Trial> reordered,
            Map<Arm, List<Trial>> trained,
            Map<Arm, List<Double>> cast) {
        double plainNe() {
            return Change.mean(ne(plain));
        }

        /// How another order of sums changes normalized entropy.
        Optional<Change> ofOrder() {
            return reordered.isEmpty() ? Optional.empty() : Optional.of(change(ne(reordered)));
        }

        /// How training in a format changes it.
        Change ofTraining(Arm arm) {
            return change(ne(of(trained, arm)));
        }

        /// How scoring the plain models in a format changes it.
        Change ofCast(Arm arm) {
            return change(of(cast, arm));
        }

        /// How the seeds of plain training differ from their mean.
        double plainSpread() {
            return Change.amongSeeds(ne(plain)).spread();
        }

        private Change change(List<Double> others) {
            return Change.between(ne(plain), others);
        }

        static List<Double> ne(List<Trial> trials) {
            return trials.stream().map(Trial::ne).toList();
        }

        private static <T> List<T> of(Map<Arm, List<T>> arms, Arm arm) {
            return Objects.requireNonNull(arms.get(arm), arm.title());
        }
    }

    Trials trials(Lab lab, Path data, List<Long> seeds) {
        List<Trial> plain = trained(lab, data, seeds, Arm.FP32);
        Map<Arm, List<Trial>> trained = new LinkedHashMap<>();
        Map<Arm, List<Double>> cast = new LinkedHashMap<>();
        for (Arm arm : Arm.ROUNDED) {
            trained.put(arm, trained(lab, data, seeds, arm));
            cast.put(
                    arm,
                    plain.stream().map(trial -> lab.cast(trial, arm.formats())).toList());
        }
        List<Trial> reordered = sliced ? trained(lab, data, seeds, Arm.REORDERED) : List.of();
        return new Trials(this, plain, reordered, trained, cast);
    }

    private List<Trial> trained(Lab lab, Path data, List<Long> seeds, Arm arm) {
        return seeds.stream()
                .map(seed -> lab.train(name(arm), arm.recipe(recipe), model, data, seed))
                .toList();
    }

    /// For the folders of its runs.
    String name(Arm arm) {
        return (title + "-" + arm.title()).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }
}
