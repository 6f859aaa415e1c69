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
///
/// In a clustered split, parts take the place of row groups and sessions that of rows: a session's rows
/// follow each other as they were written.
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
    /// @param clustered whether sessions are permuted rather than rows
    record Window(List<Group> groups, long start, int rows, long stream, boolean clustered) {
        /// The rows in reading order; null stands for the identity.
        ///
        /// @param blocks the rows of the groups
        int @Nullable [] order(ReadOptions options, List<RowBlock> blocks) {
            if (!options.shuffle()) {
                return null;
            }
            return clustered
                    ? sessionOrder(sessionStarts(blocks), rows, options.seed(), stream)
                    : permutation(rows, options.seed(), stream);
        }

        /// Where sessions begin: at every change of the session and at every part, which holds whole ones.
        private int[] sessionStarts(List<RowBlock> blocks) {
            int[] starts = new int[rows];
            int count = 0;
            int at = 0;
            for (int g = 0; g < blocks.size(); g++) {
                long[] sessions = blocks.get(g).sessions();
                boolean isNew =
                        g == 0 || !groups.get(g).part().equals(groups.get(g - 1).part());
                for (int r = 0; r < sessions.length; r++) {
                    long before = r > 0
                            ? sessions[r - 1]
                            : isNew ? 0 : last(blocks.get(g - 1).sessions());
                    if (r == 0 && isNew || sessions[r] != before) {
                        starts[count++] = at + r;
                    }
                }
                at += sessions.length;
            }
            return java.util.Arrays.copyOf(starts, count);
        }

        private static long last(long[] sessions) {
            return sessions[sessions.length - 1];
        }
    }

    /// The rows of sessions in the order of a permutation of the sessions.
    private static int[] sessionOrder(int[] starts, int rows, long seed, long stream) {
        int[] order = new int[rows];
        int to = 0;
        for (int session : permutation(starts.length, seed, stream)) {
            int end = session + 1 < starts.length ? starts[session + 1] : rows;
            for (int row = starts[session]; row < end; row++) {
                order[to++] = row;
            }
        }
        return order;
    }

    static ReadPlan of(List<Group> groups, ReadOptions options, ClusterBy clusterBy) {
        return of(groups, options, clusterBy, WHOLE_SPLIT_BYTES, WINDOW_ROWS);
    }

    static ReadPlan of(
            List<Group> groups, ReadOptions options, ClusterBy clusterBy, long wholeSplitBytes, int windowRows) {
        boolean clustered = clusterBy == ClusterBy.SESSION;
        long bytes = groups.stream().mapToLong(Group::bytes).sum();
        long rows = groups.stream().mapToLong(Group::rows).sum();
        long stream = (long) options.epoch() << 32;
        if (bytes <= wholeSplitBytes && rows <= Integer.MAX_VALUE) {
            List<Window> one = List.of(new Window(groups, 0, (int) rows, stream + 1, clustered));
            return new ReadPlan(rows == 0 ? List.of() : one, rows, true, bytes);
        }
        List<List<Group>> units =
                clustered ? parts(groups) : groups.stream().map(List::of).toList();
        List<List<Group>> ordered = options.shuffle() ? permuted(units, options.seed(), stream) : units;
        return new ReadPlan(windows(ordered, stream, windowRows, clustered), rows, false, bytes);
    }

    /// The row groups of each part.
    private static List<List<Group>> parts(List<Group> groups) {
        List<List<Group>> parts = new ArrayList<>();
        for (Group group : groups) {
            if (parts.isEmpty() || !parts.getLast().getFirst().part().equals(group.part())) {
                parts.add(new ArrayList<>());
            }
            parts.getLast().add(group);
        }
        return parts;
    }

    private static List<Window> windows(List<List<Group>> ordered, long stream, int windowRows, boolean clustered) {
        List<Window> windows = new ArrayList<>();
        List<Group> open = new ArrayList<>();
        long start = 0;
        int rows = 0;
        long bytes = 0;
        for (List<Group> unit : ordered) {
            int more = unit.stream().mapToInt(Group::rows).sum();
            long moreBytes = unit.stream().mapToLong(Group::bytes).sum();
            if (rows > 0 && (rows + more > windowRows || bytes + moreBytes > WINDOW_BYTES)) {
                windows.add(new Window(List.copyOf(open), start, rows, stream + 1 + windows.size(), clustered));
                start += rows;
                open.clear();
                rows = 0;
                bytes = 0;
            }
            open.addAll(unit);
            rows += more;
            bytes += moreBytes;
        }
        windows.add(new Window(List.copyOf(open), start, rows, stream + 1 + windows.size(), clustered));
        return windows;
    }

    private static <T> List<T> permuted(List<T> groups, long seed, long stream) {
        int[] order = permutation(groups.size(), seed, stream);
        List<T> permuted = new ArrayList<>(order.length);
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
