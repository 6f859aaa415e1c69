package dev.herd.data.dataset;

import dev.hardwood.HardwoodContext;
import dev.hardwood.InputFile;
import dev.hardwood.metadata.RowGroup;
import dev.hardwood.reader.ColumnReader;
import dev.hardwood.reader.ColumnReaders;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowGroupPredicate;
import dev.hardwood.reader.Validity;
import dev.hardwood.schema.ColumnProjection;
import dev.herd.data.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/// Reads one row group of one part into a [RowBlock].
///
/// A small step of rows goes through all columns before the next, so that the row-major arrays are filled
/// while their lines are in the cache.
final class RowBlockDecoder {
    private static final int STEP = 2048;

    private final RowLayout layout;
    private final Path file;
    private final int rows;
    private final float[] numbers;
    private final int[] singles;
    private final long[] wideSingles;
    private final long[] sessions;
    private final long[] timestamps;
    private final ListColumn[] lists;

    private RowBlockDecoder(RowLayout layout, Path file, int rows) {
        this.layout = layout;
        this.file = file;
        this.rows = rows;
        numbers = new float[rows * layout.numbers];
        singles = new int[layout.wide ? 0 : rows * layout.singles.length];
        wideSingles = new long[layout.wide ? rows * layout.singles.length : 0];
        sessions = new long[layout.hasSession() ? rows : 0];
        timestamps = new long[layout.hasTimestamp() ? rows : 0];
        lists = Arrays.stream(layout.lists)
                .mapToObj(f -> new ListColumn(layout.feature(f), rows))
                .toArray(ListColumn[]::new);
    }

    /// Names of the columns that a part must have for the layout.
    static List<String> columns(RowLayout layout) {
        List<String> names = new ArrayList<>();
        for (int n = 0; n < layout.numbers; n++) {
            names.add(layout.numberColumn(n));
        }
        for (int f : layout.singles) {
            names.add(layout.feature(f).name());
        }
        for (int f : layout.lists) {
            names.add(layout.feature(f).name());
            if (layout.feature(f).weighted()) {
                names.add(RowLayout.weightsColumn(layout.feature(f)));
            }
        }
        if (layout.hasSession()) {
            names.add(RowLayout.SESSION);
        }
        if (layout.hasTimestamp()) {
            names.add(RowLayout.TIMESTAMP);
        }
        return names;
    }

    static RowBlock decode(RowLayout layout, Path file, RowGroup group, HardwoodContext context) {
        int rows = Math.toIntExact(group.numRows());
        long start = group.columns().stream()
                .mapToLong(c -> c.chunkStartOffset())
                .min()
                .orElse(0);
        long end = group.columns().stream()
                .mapToLong(c -> c.chunkStartOffset() + c.metaData().totalCompressedSize())
                .max()
                .orElse(0);
        RowBlockDecoder decoder = new RowBlockDecoder(layout, file, rows);
        String[] names = columns(layout).toArray(String[]::new);
        try (ParquetFileReader parquet = ParquetFileReader.open(InputFile.of(file), context);
                ColumnReaders readers = parquet.buildColumnReaders(ColumnProjection.columns(names))
                        .filter(RowGroupPredicate.byteRange(start, end))
                        .batchSize(STEP)
                        .build()) {
            return decoder.drain(readers);
        } catch (InputException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new InputException(file + ": cannot be decoded, the part is damaged: " + e.getMessage(), e);
        }
    }

    private RowBlock drain(ColumnReaders readers) {
        ColumnReader[] byColumn = ordered(readers);
        int at = 0;
        while (readers.nextBatch()) {
            int count = readers.getRecordCount();
            if (at + count > rows) {
                throw InputException.of(file, "holds more than the " + rows + " rows its row group declares");
            }
            copy(byColumn, at, count);
            at += count;
        }
        if (at != rows) {
            throw InputException.of(file, "ends after " + at + " of the " + rows + " rows of a row group");
        }
        RowBlock.IdList[] ids = Arrays.stream(lists).map(ListColumn::finish).toArray(RowBlock.IdList[]::new);
        return new RowBlock(rows, numbers, singles, wideSingles, ids, sessions, timestamps);
    }

    /// The readers in the order of [#columns].
    private ColumnReader[] ordered(ColumnReaders readers) {
        List<String> names = columns(layout);
        ColumnReader[] ordered = new ColumnReader[names.size()];
        for (int c = 0; c < readers.getColumnCount(); c++) {
            ColumnReader reader = readers.getColumnReader(c);
            int at = names.indexOf(reader.getColumnSchema().fieldPath().topLevelName());
            ordered[at] = reader;
        }
        return ordered;
    }

    private void copy(ColumnReader[] columns, int at, int count) {
        int next = 0;
        for (int n = 0; n < layout.numbers; n++) {
            float[] values = typed(columns[next], columns[next]::getFloats);
            next++;
            for (int r = 0, to = at * layout.numbers + n; r < count; r++, to += layout.numbers) {
                numbers[to] = values[r];
            }
        }
        next = copySingles(columns, next, at, count);
        for (ListColumn list : lists) {
            next = append(list, columns, next, at, count);
        }
        if (layout.hasSession()) {
            System.arraycopy(typed(columns[next], columns[next]::getLongs), 0, sessions, at, count);
            next++;
        }
        if (layout.hasTimestamp()) {
            System.arraycopy(typed(columns[next], columns[next]::getLongs), 0, timestamps, at, count);
        }
    }

    private int copySingles(ColumnReader[] columns, int first, int at, int count) {
        int width = layout.singles.length;
        for (int s = 0; s < width; s++) {
            ColumnReader column = columns[first + s];
            int to = at * width + s;
            if (RowLayout.isWide(layout.feature(layout.singles[s]))) {
                long[] ids = typed(column, column::getLongs);
                for (int r = 0; r < count; r++, to += width) {
                    wideSingles[to] = ids[r];
                }
            } else {
                int[] ids = typed(column, column::getInts);
                for (int r = 0; r < count; r++, to += width) {
                    if (layout.wide) {
                        wideSingles[to] = ids[r];
                    } else {
                        singles[to] = ids[r];
                    }
                }
            }
        }
        return first + width;
    }

    /// Adds rows of one feature, from its column of ids and, if it is weighted, the next; returns the
    /// column after.
    private int append(ListColumn list, ColumnReader[] columns, int column, int at, int count) {
        ColumnReader reader = columns[column];
        int[] from = reader.getLayerOffsets(0);
        Validity present = reader.getLayerValidity(0);
        if (at == 0 && count > 0 && present.isNull(0)) {
            throw InputException.of(
                    file,
                    "column '" + reader.getColumnSchema().fieldPath().topLevelName()
                            + "' has no list in the first row of a row group: a missing list repeats the row before,"
                            + " and there is none");
        }
        float[] weights = list.weighted() ? typed(columns[column + 1], columns[column + 1]::getFloats) : null;
        if (list.wide()) {
            list.append(typed(reader, reader::getLongs), weights, from, present, at, count);
        } else {
            list.append(typed(reader, reader::getInts), weights, from, present, at, count);
        }
        return column + (list.weighted() ? 2 : 1);
    }

    private <T> T typed(ColumnReader column, Supplier<T> read) {
        String name = column.getColumnSchema().name();
        if (column.getLeafValidity().hasNulls()) {
            throw InputException.of(file, "column '" + name + "' has missing values; a dataset part must have none");
        }
        try {
            return read.get();
        } catch (IllegalStateException | ClassCastException e) {
            throw new InputException(
                    file + ": column '" + name + "' has type "
                            + column.getColumnSchema().type() + ", which does not fit the schema in dataset.yaml",
                    e);
        }
    }
}
