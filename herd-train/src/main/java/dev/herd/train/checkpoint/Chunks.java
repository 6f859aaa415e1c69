package dev.herd.train.checkpoint;

import java.util.ArrayList;
import java.util.List;

/// Decides which rows go into which chunk file.
final class Chunks {
    private Chunks() {}

    /// Fills chunks of up to `limit` bytes in the order of the arrays; large arrays are cut by rows, small ones share a
    /// chunk. A row larger than the limit gets a chunk of its own.
    static List<List<RowRange>> plan(List<StoredArray> arrays, long limit) {
        List<List<RowRange>> chunks = new ArrayList<>();
        List<RowRange> current = new ArrayList<>();
        long room = limit;
        for (StoredArray array : arrays) {
            long start = 0;
            do {
                long fitting = array.rowBytes() == 0 ? array.rows() : room / array.rowBytes();
                long end = Math.min(array.rows(), start + fitting);
                if (end == start && current.isEmpty() && array.rows() > 0) {
                    end = start + 1;
                }
                if (end > start || array.rows() == 0) {
                    RowRange range = new RowRange(array, start, end);
                    current.add(range);
                    room = Math.max(0, room - range.bytes());
                }
                start = end;
                if (start < array.rows()) {
                    chunks.add(current);
                    current = new ArrayList<>();
                    room = limit;
                }
            } while (start < array.rows());
        }
        if (!current.isEmpty()) {
            chunks.add(current);
        }
        return List.copyOf(chunks);
    }
}
