package dev.herd.train.tune;

import dev.herd.data.config.Fragment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Values to try.
///
/// @param number of the trial, from 0
record Suggestion(int number, SequencedMap<String, Fragment> values) {
    private static final int LONGEST = 48;

    Suggestion {
        values = Collections.unmodifiableSequencedMap(values);
    }

    /// A name for the trial's folder that tells the values as far as there is room:
    /// `0007-rate=0.003-layers=2`.
    String folder() {
        List<String> parts = new ArrayList<>();
        values.forEach((key, value) -> parts.add(key.substring(key.lastIndexOf('.') + 1) + "=" + brief(value)));
        String text = String.join("-", parts).replaceAll("[^A-Za-z0-9._=+-]", "");
        String brief = text.length() <= LONGEST ? text : text.substring(0, LONGEST);
        return "%04d-%s".formatted(number, brief);
    }

    /// A value in few characters: that of a block is its name or kind.
    static String brief(Fragment value) {
        return value.text()
                .or(() -> value.at("name").or(() -> value.at("kind")).flatMap(Fragment::text))
                .orElseGet(value::yaml);
    }

    /// The values as JSON would have them.
    Map<String, Object> plain() {
        Map<String, Object> plain = new java.util.LinkedHashMap<>();
        values.forEach((key, value) -> plain.put(key, plain(value.yaml())));
        return plain;
    }

    private static Object plain(String yaml) {
        if (yaml.equals("true") || yaml.equals("false")) {
            return yaml.equals("true");
        }
        try {
            double number = Double.parseDouble(yaml);
            return number == Math.rint(number) && Math.abs(number) < 1e15 ? (Object) (long) number : (Object) number;
        } catch (NumberFormatException e) {
            return yaml;
        }
    }
}
