package dev.herd.train.tune;

import dev.herd.data.InputException;
import dev.herd.data.config.Fragment;
import dev.herd.numerics.CounterRandom;
import dev.herd.train.tune.TuneConfig.Search;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;

/// What a search tries, in order: a function of the search and the space, whatever the results are.
final class Suggestions {
    private static final long MOST = 10_000;
    private static final long STREAM = 0x74756e65;

    private Suggestions() {}

    /// **Throws** [InputException] when the space has fewer combinations than asked for, or more than a
    /// grid can try.
    static List<Suggestion> of(Search search, Space space) {
        return switch (search) {
            case Search.Grid() -> grid(space);
            case Search.Random random -> draws(space, random.trials(), random.seed());
            case Search.SuccessiveHalving halving -> draws(space, halving.trials(), halving.seed());
        };
    }

    private static List<Suggestion> grid(Space space) {
        space.domains().forEach((key, domain) -> {
            if (domain.size().isEmpty()) {
                domain.samples().stream().findFirst().ifPresent(end -> {
                    throw end.error("space: '" + key + "' is a range, of which a grid cannot try every value;"
                            + " list choices, or use search: random");
                });
            }
        });
        long size = space.size().orElseThrow();
        if (size > MOST) {
            throw new InputException("the grid has " + size + " combinations, more than " + MOST
                    + "; list fewer choices, or use search: random");
        }
        List<SequencedMap<String, Fragment>> rows = new ArrayList<>(List.of(new LinkedHashMap<>()));
        for (Map.Entry<String, Domain> key : space.domains().entrySet()) {
            List<SequencedMap<String, Fragment>> longer = new ArrayList<>();
            for (SequencedMap<String, Fragment> row : rows) {
                for (Fragment value : key.getValue().all()) {
                    SequencedMap<String, Fragment> more = new LinkedHashMap<>(row);
                    more.put(key.getKey(), value);
                    longer.add(more);
                }
            }
            rows = longer;
        }
        List<Suggestion> grid = new ArrayList<>();
        rows.forEach(row -> grid.add(new Suggestion(grid.size(), row)));
        return grid;
    }

    /* No combination comes twice. A draw that has been made before is made again from the next index of its stream, so
     * that trial n depends on (seed, n) and the space alone. */
    private static List<Suggestion> draws(Space space, int trials, long seed) {
        OptionalLong size = space.size();
        if (size.isPresent() && size.getAsLong() < trials) {
            throw new InputException("the space has " + size.getAsLong() + " combinations, fewer than the " + trials
                    + " trials of the search; set search.trials=" + size.getAsLong() + ", or use search: grid");
        }
        Set<SequencedMap<String, Fragment>> seen = new HashSet<>();
        List<Suggestion> draws = new ArrayList<>();
        while (draws.size() < trials) {
            SequencedMap<String, Fragment> values = draw(space, seed, draws.size(), 0);
            for (long attempt = 1; !seen.add(values); attempt++) {
                values = draw(space, seed, draws.size(), attempt);
            }
            draws.add(new Suggestion(draws.size(), values));
        }
        return draws;
    }

    private static SequencedMap<String, Fragment> draw(Space space, long seed, int trial, long attempt) {
        SequencedMap<String, Fragment> values = new LinkedHashMap<>();
        space.domains().forEach((key, domain) -> {
            long stream = CounterRandom.bits(STREAM, key.hashCode(), trial);
            values.put(key, domain.draw(CounterRandom.uniform(seed, stream, attempt)));
        });
        return values;
    }
}
