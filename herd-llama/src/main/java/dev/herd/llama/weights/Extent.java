package dev.herd.llama.weights;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The bytes from `start` to `end` of a file's data, claimed by a tensor.
record Extent(String name, long start, long end) {
    /// The first two that claim the same byte, in words.
    static Optional<String> overlap(List<Extent> extents) {
        List<Extent> inOrder = new ArrayList<>(extents);
        inOrder.sort(Comparator.comparingLong(Extent::start));
        for (int i = 1; i < inOrder.size(); i++) {
            Extent before = inOrder.get(i - 1);
            Extent after = inOrder.get(i);
            if (after.start < before.end) {
                return Optional.of("tensor " + Excerpt.of(after.name) + " overlaps tensor " + Excerpt.of(before.name)
                        + ": both claim byte " + after.start + " of the data");
            }
        }
        return Optional.empty();
    }
}
