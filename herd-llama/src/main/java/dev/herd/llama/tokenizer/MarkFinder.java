package dev.herd.llama.tokenizer;

import java.util.HashMap;
import java.util.Map;

/// Finds the longest of some strings at each place of a text: a tree over their characters.
final class MarkFinder {
    private final Node root = new Node();

    private static final class Node {
        private final Map<Character, Node> next = new HashMap<>();
        private int id = Match.NO_ID;
    }

    /// Where a mark stands.
    record Match(int start, int end, int id) {
        private static final int NO_ID = -1;
    }

    void add(String mark, int id) {
        Node node = root;
        for (int i = 0; i < mark.length(); i++) {
            node = node.next.computeIfAbsent(mark.charAt(i), c -> new Node());
        }
        if (node != root && node.id == Match.NO_ID) {
            node.id = id;
        }
    }

    /// The first mark at or after `from`; at the end of the text, of no length, when there is none.
    Match find(String text, int from) {
        for (int start = from; start < text.length(); start++) {
            Match found = longestAt(text, start);
            if (found.id != Match.NO_ID) {
                return found;
            }
        }
        return new Match(text.length(), text.length(), Match.NO_ID);
    }

    private Match longestAt(String text, int start) {
        Match longest = new Match(start, start, Match.NO_ID);
        Node node = root.next.get(text.charAt(start));
        for (int end = start + 1; node != null; end++) {
            if (node.id != Match.NO_ID) {
                longest = new Match(start, end, node.id);
            }
            node = end < text.length() ? node.next.get(text.charAt(end)) : null;
        }
        return longest;
    }
}
