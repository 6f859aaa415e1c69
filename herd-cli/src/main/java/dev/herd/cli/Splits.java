package dev.herd.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The order in which people expect splits.
final class Splits {
    private static final List<String> USUAL = List.of("train", "validation", "test");

    private Splits() {}

    /// The same entries: the usual splits first, others after them.
    static <V> Map<String, V> inOrder(Map<String, V> bySplit) {
        Map<String, V> ordered = new LinkedHashMap<>();
        for (String split : USUAL) {
            V value = bySplit.get(split);
            if (value != null) {
                ordered.put(split, value);
            }
        }
        ordered.putAll(bySplit);
        return ordered;
    }
}
