package dev.herd.data.transform;

import dev.herd.data.Batch;
import dev.herd.data.InputException;
import dev.herd.data.raw.RawBlock;
import dev.herd.data.raw.RawFault;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Applies a fitted pipeline to blocks of raw rows; used by several threads at once.
public final class RowEncoder {
    private final FittedFeatures features;
    private final boolean labelled;
    private final int[] labels;
    private final int[] dense;
    private final SparseEncoder[] sparse;
    private final int session;
    private final SessionColumn sessions;
    private final int timestamp;
    private final List<Set<String>> positive;
    private final List<Set<String>> negative;
    private final @Nullable SingleHashEncoder fast;

    private RowEncoder(FittedFeatures features, List<String> columns, boolean labelled, boolean fitting) {
        this.features = features;
        this.labelled = labelled;
        FeaturePipeline pipeline = features.pipeline();
        labels = pipeline.labels().stream()
                .mapToInt(c -> labelled ? index(columns, c.column(), c.name()) : -1)
                .toArray();
        dense = pipeline.dense().stream()
                .mapToInt(c -> index(columns, c.column(), c.name()))
                .toArray();
        sparse = pipeline.sparse().stream()
                .map(c -> new SparseEncoder(
                        c,
                        index(columns, c.column(), c.name()),
                        c.weights() == null ? -1 : index(columns, c.weights(), c.name()),
                        fitting || c.vocabulary() == null ? null : features.vocabulary(c)))
                .toArray(SparseEncoder[]::new);
        session = pipeline.session() == null ? -1 : index(columns, pipeline.session(), "session");
        sessions = new SessionColumn(session);
        timestamp = pipeline.timestamp() == null
                ? -1
                : index(columns, pipeline.timestamp().source(), "timestamp");
        positive = pipeline.labels().stream()
                .map(c -> c.rule() instanceof LabelRule.OneOf rule ? Set.copyOf(rule.positive()) : Set.<String>of())
                .toList();
        negative = pipeline.labels().stream()
                .map(c -> c.rule() instanceof LabelRule.OneOf rule ? Set.copyOf(rule.negative()) : Set.<String>of())
                .toList();
        int[] ids = Arrays.stream(sparse).mapToInt(SparseEncoder::column).toArray();
        fast = SingleHashEncoder.of(pipeline, labels, dense, ids);
    }

    /// @param columns of the blocks to come
    /// @param labelled false for rows without targets, which then become 0
    public static RowEncoder create(FittedFeatures features, List<String> columns, boolean labelled) {
        return new RowEncoder(features, columns, labelled, false);
    }

    /// An encoder that checks rows like a fitted one, all ids of vocabularies being 0.
    static RowEncoder fitting(FeaturePipeline open, List<String> columns) {
        return new RowEncoder(new FittedFeatures(open, new java.util.TreeMap<>()), columns, true, true);
    }

    private static int index(List<String> columns, String column, String feature) {
        int index = columns.indexOf(column);
        if (index < 0) {
            throw new InputException(
                    "'" + feature + "' comes from the column '" + column + "', the input has " + columns);
        }
        return index;
    }

    /// The rows of a block that could be encoded.
    ///
    /// @param rows of the block, one per row of the batch
    /// @param faults of the others among the wanted ones; those of the block itself are not repeated
    /// @param cells with several values there were
    /// @param repeated how many of these were not transformed, because another one of the block holds the
    ///     same
    public record Encoded(Batch batch, int[] rows, List<RawFault> faults, long cells, long repeated) {}

    /// @param wanted rows of the block to encode
    public Encoded encode(RawBlock block, IntPredicate wanted) {
        int[] rows = IntStream.range(0, block.rows()).filter(wanted).toArray();
        Batch batch = fast == null ? null : fast.encode(block, rows);
        return batch == null ? encodeRowByRow(block, rows) : new Encoded(batch, rows, List.of(), 0, 0);
    }

    /// The general way, which the fast one must agree with.
    Encoded encodeRowByRow(RawBlock block, int[] rows) {
        RowBuffer buffer = new RowBuffer(features.pipeline(), rows.length);
        List<RawFault> faults = new ArrayList<>();
        Cell cell = new Cell();
        @Nullable
        RepeatedCells[] repeats = Arrays.stream(sparse)
                .map(feature -> RepeatedCells.of(feature, block, rows))
                .toArray(RepeatedCells[]::new);
        int kept = 0;
        for (int i = 0; i < rows.length; i++) {
            RawFault fault = encode(block, rows[i], cell, buffer, repeats, i);
            if (fault == null) {
                keep(repeats, i, kept++);
                buffer.keepRow(rows[i]);
            } else {
                buffer.dropRow();
                faults.add(fault);
            }
        }
        long cells = 0;
        long repeated = 0;
        for (RepeatedCells feature : repeats) {
            cells += feature == null ? 0 : rows.length;
            repeated += feature == null ? 0 : feature.copied();
        }
        return new Encoded(buffer.batch(), buffer.rows(), faults, cells, repeated);
    }

    private static void keep(@Nullable RepeatedCells[] repeats, int index, int bufferRow) {
        for (RepeatedCells feature : repeats) {
            if (feature != null) {
                feature.keep(index, bufferRow);
            }
        }
    }

    /// Adds one row to the buffer; a fault leaves it half added.
    @Nullable
    RawFault encode(RawBlock block, int row, Cell cell, RowBuffer buffer) {
        return encode(block, row, cell, buffer, new RepeatedCells[sparse.length], 0);
    }

    /// @param repeats by feature; null where every cell is transformed
    /// @param index of the row among those that `repeats` was made for
    private @Nullable RawFault encode(
            RawBlock block, int row, Cell cell, RowBuffer buffer, @Nullable RepeatedCells[] repeats, int index) {
        int column = 0;
        try {
            for (int k = 0; k < labels.length; k++) {
                column = labels[k];
                buffer.addLabel(labelled ? label(k, block, row) : 0);
            }
            for (int i = 0; i < dense.length; i++) {
                column = dense[i];
                buffer.addDense((float) number(i, block, row));
            }
            for (int f = 0; f < sparse.length; f++) {
                column = sparse[f].column();
                RepeatedCells feature = repeats[f];
                int again = feature == null ? -1 : feature.keptRow(index);
                if (again >= 0) {
                    buffer.ids(f).repeat(again);
                } else if (feature != null && buffer.lastRow() >= 0) {
                    sparse[f].encode(block, buffer.lastRow(), row, cell, buffer.ids(f));
                } else {
                    sparse[f].encode(block, row, cell, buffer.ids(f));
                }
            }
            column = session;
            if (session >= 0) {
                buffer.addSession(sessions.session(block, row));
            }
            column = timestamp;
            if (timestamp >= 0) {
                buffer.addTimestamp(time(block, row));
            }
            return null;
        } catch (CellFault e) {
            return block.fault(row, column, String.valueOf(e.getMessage()));
        }
    }

    private float label(int k, RawBlock block, int row) throws CellFault {
        LabelColumn column = features.pipeline().labels().get(k);
        if (block.isMissing(row, labels[k])) {
            throw new CellFault("the label '" + column.name() + "' is missing");
        }
        int start = block.start(row, labels[k]);
        int end = block.end(row, labels[k]);
        return switch (column.rule()) {
            case LabelRule.Number rule -> (float) Numbers.decimal(block.bytes(), start, end);
            case LabelRule.AtLeast rule -> Numbers.decimal(block.bytes(), start, end) >= rule.threshold() ? 1 : 0;
            case LabelRule.OneOf rule -> oneOf(k, block.text(row, labels[k]));
        };
    }

    private float oneOf(int k, String text) throws CellFault {
        if (positive.get(k).contains(text)) {
            return 1;
        }
        if (!negative.get(k).isEmpty() && !negative.get(k).contains(text)) {
            throw new CellFault("expected a label among "
                    + positive.get(k).stream().sorted().collect(Collectors.toList())
                    + " and " + negative.get(k).stream().sorted().collect(Collectors.toList()) + ", found '" + text
                    + "'");
        }
        return 0;
    }

    /// The dense input i of a row, after its steps.
    private double number(int i, RawBlock block, int row) throws CellFault {
        double x = rawNumber(i, block, row);
        for (NumberStep step : features.pipeline().dense().get(i).steps()) {
            x = step.apply(x);
        }
        return x;
    }

    private double rawNumber(int i, RawBlock block, int row) throws CellFault {
        if (!block.isMissing(row, dense[i])) {
            return Numbers.decimal(block.bytes(), block.start(row, dense[i]), block.end(row, dense[i]));
        }
        DenseColumn column = features.pipeline().dense().get(i);
        if (column.missing().isEmpty()) {
            throw new CellFault("the number '" + column.name() + "' is missing");
        }
        return column.missing().get();
    }

    /// Shows the number that the open step of dense input i is fitted on, unless it is missing.
    void observe(int i, RawBlock block, int row, Moments moments) throws CellFault {
        if (block.isMissing(row, dense[i])) {
            return;
        }
        double x = rawNumber(i, block, row);
        for (NumberStep step : features.pipeline().dense().get(i).steps()) {
            if (step.isOpen()) {
                moments.add(x);
                return;
            }
            x = step.apply(x);
        }
    }

    SparseEncoder sparse(int feature) {
        return sparse[feature];
    }

    private long time(RawBlock block, int row) throws CellFault {
        if (block.isMissing(row, timestamp)) {
            throw new CellFault("the time is missing");
        }
        TimeColumn column = java.util.Objects.requireNonNull(features.pipeline().timestamp());
        return column.format().timestamp(block.bytes(), block.start(row, timestamp), block.end(row, timestamp));
    }
}
