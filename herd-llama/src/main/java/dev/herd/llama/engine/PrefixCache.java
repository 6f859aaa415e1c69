package dev.herd.llama.engine;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Keys and values of texts computed before, for sequences that begin alike: a tree of whole pages, which
/// are shared and never copied. A page belongs to the tokens that stand in it and before it.
///
/// Not safe for several threads.
final class PrefixCache {
    private final KvPages pages;
    private final Node root = new Node();
    private final List<Node> nodes = new ArrayList<>();
    private long clock;

    PrefixCache(KvPages pages) {
        this.pages = pages;
    }

    private static final class Node {
        private final Node parent;
        private final IntBuffer tokens;
        private final int page;
        private final Map<IntBuffer, Node> children = new HashMap<>();
        private long used;

        /// A root, which has no page.
        Node() {
            this.parent = this;
            this.tokens = IntBuffer.allocate(0);
            this.page = -1;
        }

        Node(Node parent, IntBuffer tokens, int page) {
            this.parent = parent;
            this.tokens = tokens;
            this.page = page;
        }
    }

    /// The pages of the longest prefix of `tokens` that is known, at most `most` of them, in order.
    int[] longest(int[] tokens, int most) {
        int[] found = new int[Math.min(most, tokens.length / KvPages.POSITIONS)];
        Node at = root;
        for (int i = 0; i < found.length; i++) {
            at = at.children.get(block(tokens, i));
            if (at == null) {
                return Arrays.copyOf(found, i);
            }
            at.used = ++clock;
            found[i] = at.page;
        }
        return found;
    }

    /// Remembers the first `count` pages of a sequence, which hold `tokens`. Where the tree has a page for
    /// the same tokens already, the sequence goes on with that one: both hold the same bits.
    void keep(int[] tokens, int[] table, int count) {
        Node at = root;
        for (int i = 0; i < count; i++) {
            IntBuffer block = block(tokens, i);
            Node next = at.children.get(block);
            if (next == null) {
                next = new Node(at, block, table[i]);
                at.children.put(block, next);
                nodes.add(next);
                pages.retain(next.page);
            } else if (next.page != table[i]) {
                pages.retain(next.page);
                pages.release(table[i]);
                table[i] = next.page;
            }
            next.used = ++clock;
            at = next;
        }
    }

    /// Pages of the tree.
    int size() {
        return nodes.size();
    }

    /// Pages of the tree that can be given up: no sequence uses them or one below them.
    int idle() {
        Set<Node> needed = new HashSet<>();
        for (Node node : nodes) {
            Node at = pages.shared(node.page) ? node : root;
            while (at != root && needed.add(at)) {
                at = at.parent;
            }
        }
        return nodes.size() - needed.size();
    }

    /// Gives up to `count` idle pages back, those used the longest ago first.
    void evict(int count) {
        for (int i = 0; i < count; i++) {
            Optional<Node> oldest = nodes.stream()
                    .filter(node -> node.children.isEmpty() && !pages.shared(node.page))
                    .min(Comparator.comparingLong(node -> node.used));
            if (oldest.isEmpty()) {
                return;
            }
            remove(oldest.get());
        }
    }

    private void remove(Node node) {
        node.parent.children.remove(node.tokens);
        nodes.remove(node);
        pages.release(node.page);
    }

    private static IntBuffer block(int[] tokens, int page) {
        int from = page * KvPages.POSITIONS;
        return IntBuffer.wrap(Arrays.copyOfRange(tokens, from, from + KvPages.POSITIONS));
    }
}
