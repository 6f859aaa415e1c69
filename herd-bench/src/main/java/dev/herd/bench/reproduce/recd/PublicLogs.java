package dev.herd.bench.reproduce.recd;

import dev.herd.bench.reproduce.lab.Findings;
import dev.herd.bench.reproduce.lab.Lab;
import dev.herd.data.config.Config;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dataset.StorageComparison;
import dev.herd.data.inspect.Duplication;
import dev.herd.data.inspect.Duplication.FeatureFigures;
import dev.herd.data.prepare.Preparation;
import dev.herd.data.prepare.PrepareConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The same chain on logs of real people: the rows of MovieLens latest-small and of OTTO's sample, each with
/// the history of what its user saw before.
final class PublicLogs {
    private static final int BATCH = 4096;

    private PublicLogs() {}

    /// A public log.
    ///
    /// @param needed files below the folder of public data; the first is the events
    /// @param prepare configuration but for the files' paths
    private record Log(String name, List<String> needed, List<String> inputs, String prepare) {}

    private static final Log MOVIELENS = new Log(
            "MovieLens",
            List.of("movielens-latest-small/ratings.csv.gz", "movielens-latest-small/movies.csv.gz"),
            List.of("ratings", "movies"),
            """
            inputs: {ratings: {}, movies: {}}
            query: >
              select userId as userId, movieId as movieId, rating, timestamp, genres,
              array_to_string(list(movieId) over seen, '|') as history,
              array_to_string(list(split_part(genres, '|', 1)) over seen, '|') as history_genre
              from (select ratings.*, genres from ratings join movies on ratings.movieId = movies.movieId)
              window seen as (partition by userId order by cast(timestamp as bigint), cast(movieId as bigint)
              rows between 50 preceding and 1 preceding)
            split: {kind: time_ordered, order: [timestamp, userId, movieId], ratios: {train: 1, validation: 0, test: 0}}
            features:
              labels: [{name: click, source: rating, rule: {kind: at_least, threshold: 4}}]
              sparse:
                - {name: userId}
                - {name: movieId}
                - {name: genres, arity: multi, separator: "|"}
                - {name: history, arity: sequence, separator: "|", ids: {kind: vocabulary, shared_as: movieId}}
                - {name: history_genre, arity: sequence, separator: "|"}
              session: userId
              timestamp: {source: timestamp, format: seconds}
              item: movieId
            """);

    private static final Log OTTO =
            new Log("OTTO sample", List.of("otto-sessions-sample/train.jsonl"), List.of("events"), """
            inputs:
              events:
                format:
                  kind: json_lines
                  columns: {session: session, aid: events.aid, ts: events.ts, type: events.type}
                  explode: events
            query: >
              select session, aid, ts, type,
              array_to_string(list(aid) over seen, '|') as history,
              array_to_string(list(type) over seen, '|') as history_type
              from events
              window seen as (partition by session order by cast(ts as bigint), cast(aid as bigint)
              rows between 50 preceding and 1 preceding)
            split: {kind: time_ordered, order: [ts, session, aid], ratios: {train: 1, validation: 0, test: 0}}
            features:
              labels: [{name: order, source: type, rule: {kind: one_of, positive: [orders, carts]}}]
              sparse:
                - {name: aid}
                - {name: history, arity: sequence, separator: "|", ids: {kind: vocabulary, shared_as: aid}}
                - {name: history_type, arity: sequence, separator: "|"}
              session: session
              timestamp: {source: ts, format: millis}
              item: aid
            """);

    static void measure(Lab lab, Findings.Notes notes) {
        List<List<String>> rows = new ArrayList<>();
        for (Log log : List.of(MOVIELENS, OTTO)) {
            Optional<Path> data = lab.data()
                    .filter(folder ->
                            log.needed().stream().allMatch(file -> Files.isRegularFile(folder.resolve(file))));
            if (data.isPresent()) {
                rows.addAll(measure(log, data.get(), lab));
            } else {
                notes.condition(log.name(), "skipped: name the folder that holds " + log.needed() + " by --data");
            }
        }
        if (!rows.isEmpty()) {
            notes.table(new Findings.Table(
                    "Public logs, histories of up to 50",
                    List.of(
                            "log",
                            ">rows",
                            ">rows of a session in a batch, by time",
                            ">clustered",
                            "feature",
                            ">factor, by time",
                            ">clustered",
                            ">as windows",
                            ">storage ratio of the table"),
                    rows));
        }
    }

    private static List<List<String>> measure(Log log, Path data, Lab lab) {
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < log.needed().size(); i++) {
            paths.add("inputs." + log.inputs().get(i) + ".path='"
                    + data.resolve(log.needed().get(i)).toAbsolutePath() + "'");
        }
        PrepareConfig config = Config.parse(log.prepare(), log.name(), paths, PrepareConfig.defaults());
        Path folder = lab.made(
                log.name().toLowerCase(Locale.ROOT).replace(' ', '-'),
                place -> Preparation.run(config, place, lab.threads(), lab.progress(), fault -> {}));
        Layouts layouts = Layouts.of(Dataset.open(folder), lab);
        Factors factors = Factors.measure(layouts, BATCH, lab.progress());
        double storage =
                StorageComparison.of(layouts.interleaved(), layouts.once()).ratio();
        List<List<String>> rows = new ArrayList<>();
        for (FeatureFigures feature : factors.clustered().features()) {
            if (feature.name().startsWith("history")) {
                rows.add(List.of(
                        log.name(),
                        Long.toString(layouts.once().rows(Layouts.SPLIT)),
                        sessionRows(factors.interleaved()),
                        sessionRows(factors.clustered()),
                        feature.name(),
                        Text.of(
                                "%.2f",
                                Factors.named(factors.interleaved(), feature.name())
                                        .measured()),
                        Text.of("%.2f", feature.measured()),
                        Text.of("%.2f", feature.windows()),
                        Text.of("%.2f", storage)));
            }
        }
        return rows;
    }

    private static String sessionRows(Duplication duplication) {
        return Text.of("%.2f", duplication.sessionRows().orElseThrow());
    }
}
