package dev.herd.data.dataset;

import dev.herd.data.Batch;
import dev.herd.data.Features;
import dev.herd.data.InverseKeyedJaggedTensor;
import dev.herd.data.dedup.DedupGroups;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Gathers rows of blocks into one batch; used by several threads at once.
final class BatchAssembler {
    private final RowLayout layout;
    private final IdGather ungrouped;
    private final List<IdGather> groups;
    private final List<String> sliding;

    BatchAssembler(RowLayout layout, DedupGroups wanted) {
        this.layout = layout;
        ungrouped = new IdGather(
                layout,
                IntStream.range(0, layout.keys.size())
                        .filter(f -> wanted.groupOf(layout.keys.get(f)) < 0)
                        .toArray());
        groups = wanted.groups().stream()
                .map(group -> new IdGather(
                        layout, group.stream().mapToInt(layout.keys::indexOf).toArray()))
                .toList();
        sliding = wanted.windows();
    }

    /// **Shapes**: row b of the batch is row `rows[b]` of `blocks[b]`.
    Batch assemble(RowBlock[] blocks, int[] rows) {
        int size = rows.length;
        int width = layout.numbers - layout.labels;
        float[] labels = new float[size * layout.labels];
        float[] dense = new float[size * width];
        for (int b = 0; b < size; b++) {
            int from = rows[b] * layout.numbers;
            System.arraycopy(blocks[b].numbers(), from, labels, b * layout.labels, layout.labels);
            System.arraycopy(blocks[b].numbers(), from + layout.labels, dense, b * width, width);
        }
        long[] sessions = new long[layout.hasSession() ? size : 0];
        for (int b = 0; b < sessions.length; b++) {
            sessions[b] = blocks[b].sessions()[rows[b]];
        }
        long[] timestamps = new long[layout.hasTimestamp() ? size : 0];
        for (int b = 0; b < timestamps.length; b++) {
            timestamps[b] = blocks[b].timestamps()[rows[b]];
        }
        List<InverseKeyedJaggedTensor> deduplicated = new ArrayList<>();
        for (IdGather group : groups) {
            deduplicated.add(group.deduplicate(blocks, rows).withWindows(sliding));
        }
        Features features = new Features(size, dense, ungrouped.gather(blocks, rows), deduplicated, layout.keys);
        return new Batch(features, labels, sessions, timestamps);
    }
}
