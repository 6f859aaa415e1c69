package dev.herd.data.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// A piece of YAML with the place it was written at.
sealed interface ConfigNode {
    /// The key under which a choice stands that was written as its bare name (`schedule: cosine`) and was then given
    /// further keys by an override (`schedule.steps=100`).
    String SHORTHAND = "";

    Place place();

    /// What it is, for messages: `a list`, `'abc'`.
    String described();

    enum ScalarKind {
        NULL,
        BOOLEAN,
        NUMBER,
        TEXT
    }

    record Scalar(Place place, ScalarKind kind, String text) implements ConfigNode {
        @Override
        public String described() {
            return kind == ScalarKind.NULL ? "nothing (null)" : "'" + text + "'";
        }
    }

    record Sequence(Place place, List<ConfigNode> items) implements ConfigNode {
        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public String described() {
            return "a list";
        }
    }

    /// @param places where each key stands
    record Mapping(Place place, SequencedMap<String, ConfigNode> entries, Map<String, Place> places)
            implements ConfigNode {
        static Mapping empty(Place place) {
            return new Mapping(place, new LinkedHashMap<>(), Map.of());
        }

        Place placeOf(String key) {
            return places.getOrDefault(key, place);
        }

        @Override
        public String described() {
            return "a block of keys";
        }

        /// A copy with one entry set.
        Mapping with(String key, ConfigNode value) {
            SequencedMap<String, ConfigNode> changed = new LinkedHashMap<>(entries);
            changed.put(key, value);
            Map<String, Place> moved = new LinkedHashMap<>(places);
            moved.put(key, value.place());
            return new Mapping(place, changed, moved);
        }

        Mapping without(String key) {
            SequencedMap<String, ConfigNode> changed = new LinkedHashMap<>(entries);
            changed.remove(key);
            return new Mapping(place, changed, places);
        }
    }
}
