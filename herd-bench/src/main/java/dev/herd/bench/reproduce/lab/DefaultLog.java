package dev.herd.bench.reproduce.lab;

import dev.herd.data.config.Config;
import dev.herd.data.synthetic.SyntheticLog;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// The log on which models are compared by compute, the one that `herd generate` makes when nothing is set,
/// and the recipe by which each of them reads it once. Its features meet in inner products, as those of
/// real logs do, and in products of inner products; its tables are small, so that one pass teaches them
/// and the network is what limits a model.
public final class DefaultLog {
    /// How every model is trained on it: one pass, Adam, a short warm-up and a cosine down to zero.
    public static final String RECIPE = """
            learning_rate: {rate: 4e-3, warm_up_steps: 100, decay: {kind: cosine}}
            tables: {optimizer: {kind: exact_adam}, rate: 1e-2, init: {kind: normal, standard_deviation: 2e-2}}
            dense: {optimizer: {kind: adam}}
            epochs: 1
            batch_size: 512
            gradient_norm: 0.5
            evaluation: {split: null, test: test, monitor: logloss, auc: streaming}
            stopping: {restore_best: false}
            """;

    private DefaultLog() {}

    /// The log of `herd generate` and `herd quickstart`, with so many rows.
    public static SyntheticLog.Config config(long rows) {
        return Config.parse("{}", "the default log", List.of("rows=" + rows), SyntheticLog.Config.defaults());
    }

    /// Notes what holds for every model that was trained on it.
    public static void conditions(Findings.Notes notes, Lab lab, Path log, List<Long> seeds) {
        notes.condition("log", describe(lab.truth(log).config()));
        notes.recipe("recipe", RECIPE);
        notes.condition(
                "choice of log, recipe and sizes",
                "recipe and sizes settled on an earlier log with test losses in view; this log chosen among six of its kind"
                        + " by how close the quickstart's Wukong comes to the best possible loss, and once for room above"
                        + " the smallest sizes; every model has the same recipe");
        notes.condition("seeds", seeds);
        notes.condition("threads", lab.threads());
    }

    /// In one line.
    private static String describe(SyntheticLog.Config log) {
        return "%,d rows, %d users, %d items, %d categories, %d numbers; logit of standard deviation %s from %s"
                .formatted(
                        log.rows(),
                        log.traffic().users(),
                        log.traffic().items(),
                        log.features().categories().size(),
                        log.features().dense(),
                        log.label().signal(),
                        log.label().interactions().stream()
                                .map(group -> "%d %sinteractions of order %d, rank %d, share %s"
                                        .formatted(
                                                group.count(),
                                                group.nested() ? "nested " : "",
                                                group.order(),
                                                group.rank(),
                                                group.share()))
                                .collect(Collectors.joining("; ")));
    }
}
