package dev.herd.train.tune;

import dev.herd.data.InputException;
import dev.herd.data.config.Fragment;
import dev.herd.models.zoo.ModelZoo;
import dev.herd.train.Presets;
import dev.herd.train.TrainConfig;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SequencedMap;

/// The training configurations among which is searched: a base, and what stands at some of its keys.
///
/// A choice replaces all that the base has at its key. Of two keys where one lies below the other, the
/// upper one is set first.
final class Space {
    private static final Map<String, String> REFUSED = Map.of(
            "output", "every trial has its own folder",
            "threads", "it changes no result; set it in the base",
            "evaluation.monitor", "trials that are judged by different metrics cannot be compared",
            "evaluation.split", "trials that are judged on different rows cannot be compared");

    private final Fragment base;
    private final SequencedMap<String, Domain> domains;

    private Space(Fragment base, SequencedMap<String, Domain> domains) {
        this.base = base;
        this.domains = domains;
    }

    /// Reads and checks a space: every choice, and both ends of every range, must make a training
    /// configuration.
    ///
    /// **Throws** [InputException] naming file and line of what does not.
    static Space of(Fragment base, Map<String, Fragment> written) {
        if (written.isEmpty()) {
            throw base.error("the search has no 'space'; give at least one key of the training configuration with a"
                    + " list of choices");
        }
        SequencedMap<String, Domain> domains = new LinkedHashMap<>();
        written.forEach((key, value) -> {
            String why = REFUSED.get(key);
            if (why != null) {
                throw value.error("space: '" + key + "' cannot be searched: " + why);
            }
            domains.put(key, Domain.parse(key, value));
        });
        Space space = new Space(base, Collections.unmodifiableSequencedMap(domains));
        space.check();
        return space;
    }

    SequencedMap<String, Domain> domains() {
        return domains;
    }

    /// Number of combinations; empty when they cannot be counted.
    OptionalLong size() {
        long product = 1;
        for (Domain domain : domains.values()) {
            OptionalLong size = domain.size();
            if (size.isEmpty()) {
                return size;
            }
            long high = Math.multiplyHigh(product, size.getAsLong());
            product = high == 0 ? product * size.getAsLong() : Long.MAX_VALUE;
            if (product < 0) {
                product = Long.MAX_VALUE;
            }
        }
        return OptionalLong.of(product);
    }

    private void check() {
        config(Map.of());
        Map<String, Fragment> first = new LinkedHashMap<>();
        domains.forEach((key, domain) -> first.put(key, domain.samples().getFirst()));
        domains.forEach((key, domain) -> domain.samples().forEach(sample -> {
            Map<String, Fragment> values = new LinkedHashMap<>(first);
            values.put(key, sample);
            check(key, sample, values);
        }));
    }

    /* What the binder finds wrong it names with its place. What a record refuses stands at the record's block, which is
     * the base's: here it is led back to the choice. */
    private void check(String key, Fragment sample, Map<String, Fragment> values) {
        try {
            config(values);
        } catch (InputException e) {
            String message = String.valueOf(e.getMessage());
            String place = String.valueOf(sample.error("").getMessage());
            throw message.startsWith(place)
                    ? e
                    : sample.error("space: '" + key + "' cannot be " + sample.yaml() + ": " + message);
        }
    }

    /// The base with values set.
    ///
    /// **Throws** [InputException] naming file and line of a value that does not fit.
    TrainConfig config(Map<String, Fragment> values) {
        Fragment settings = base;
        List<Map.Entry<String, Fragment>> upperFirst = values.entrySet().stream()
                .sorted(Comparator.comparingInt(entry -> entry.getKey().split("\\.", -1).length))
                .toList();
        for (Map.Entry<String, Fragment> entry : upperFirst) {
            settings = settings.with(entry.getKey(), entry.getValue());
        }
        TrainConfig config = Presets.read(settings);
        ModelZoo.configured(config.model());
        return config;
    }
}
