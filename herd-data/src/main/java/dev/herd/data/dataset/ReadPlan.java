package dev.herd.data.dataset;

import dev.hardwood.metadata.RowGroup;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.numerics.CounterRandom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// In which order the rows of a split are read: a pure function of the files, the seed and the epoch.
///
/// A split that decodes to at most [#WHOLE_SPLIT_BYTES] is one window, permuted as a whole. A larger one
/// is cut at its row groups: the groups are permuted, neighbours are joined into windows of about
/// [#WINDOW_ROWS] rows, and the rows of each window are permuted. Without shuffling, windows and rows keep
/// the order in which they were written.
record ReadPlan(List<Window> windows, long rows, boolean wholeSplit, long bytes) {
    static final long WHOLE_SPLIT_BYTES = 512L << 20;
    static final int WINDOW_ROWS = 1 << 18;
    static final long WINDOW_BYTES = 128L << 20;

    /// One row group of one part.
    ///
    /// @param bytes that its decoded rows take
    record Group(DatasetManifest.Part part, RowGroup meta, long bytes) {
        int rows() {
            return Math.toIntExact(meta.numRows());
        }
    }

    /// Row groups whose rows are read together.
    ///
    /// @param start number of the window's first row in the epoch
    /// @param stream of the random numbers that order its rows
    record Window(List<Group> groups, long start, int rows, long stream) {
        /// The rows in reading order; null stands for the identity.
        int @Nullable [] order(ReadOptions options) {
            return options.shuffle() ? permutation(rows, options.seed(), stream) : null;
        }
    }

    static ReadPlan of(List<Group> groups, ReadOptions options) {
        return of(groups, options, WHOLE_SPLIT_BYTES, WINDOW_ROWS);
    }

    static ReadPlan of(List<Group> groups, ReadOptions options, long wholeSplitBytes, int windowRows) {
        long bytes = groups.stream().mapToLong(Group::bytes).sum();
        long rows = groups.stream().mapToLong(Group::rows).sum();
        long stream = (long) options.epoch() << 32;
        if (bytes <= wholeSplitBytes && rows <= Integer.MAX_VALUE) {
            List<Window> one = List.of(new Window(groups, 0, (int) rows, stream + 1));
            return new ReadPlan(rows == 0 ? List.of() : one, rows, true, bytes);
        }
        List<Group> ordered = options.shuffle() ? permuted(groups, options.seed(), stream) : groups;
        return new ReadPlan(windows(ordered, stream, windowRows), rows, false, bytes);
    }

    private static List<Window> windows(List<Group> ordered, long stream, int windowRows) {
        List<Window> windows = new ArrayList<>();
        List<Group> open = new ArrayList<>();
        long start = 0;
        int rows = 0;
        long bytes = 0;
        for (Group group : ordered) {
            if (rows > 0 && (rows + group.rows() > windowRows || bytes + group.bytes() > WINDOW_BYTES)) {
                windows.add(new Window(List.copyOf(open), start, rows, stream + 1 + windows.size()));
                start += rows;
                open.clear();
                rows = 0;
                bytes = 0;
            }
            open.add(group);
            rows += group.rows();
            bytes += group.bytes();
        }
        windows.add(new Window(List.copyOf(open), start, rows, stream + 1 + windows.size()));
        return windows;
    }

    private static List<Group> permuted(List<Group> groups, long seed, long stream) {
        int[] order = permutation(groups.size(), seed, stream);
        List<Group> permuted = new ArrayList<>(order.length);
        for (int at : order) {
            permuted.add(groups.get(at));
        }
        return permuted;
    }

    /// A uniform permutation of `[0, n)` (Fisher and Yates, from the end).
    static int[] permutation(int n, long seed, long stream) {
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            order[i] = i;
        }
        for (int i = n - 1; i > 0; i--) {
            int j = (int) CounterRandom.below(seed, stream, i, i + 1L);
            int moved = order[i];
            order[i] = order[j];
            order[j] = moved;
        }
        return order;
    }

    /// Bytes of a row group once decoded by [RowBlockDecoder], if no list repeats the one before it.
    static long decodedBytes(RowLayout layout, RowGroup meta) {
        long perRow = 4L * layout.numbers
                + (layout.wide ? 8L : 4L) * layout.singles.length
                + 8L * layout.lists.length
                + (layout.hasSession() ? 8 : 0)
                + (layout.hasTimestamp() ? 8 : 0);
        long bytes = perRow * meta.numRows();
        for (int f : layout.lists) {
            SparseFeature feature = layout.feature(f);
            long width = (RowLayout.isWide(feature) ? 8 : 4) + (feature.weighted() ? 4 : 0);
            for (var column : meta.columns()) {
                if (column.metaData().pathInSchema().topLevelName().equals(feature.name())) {
                    bytes += width * column.metaData().numValues();
                }
            }
        }
        return bytes;
    }
}
