package dev.herd.data.raw;

import dev.hardwood.InputFile;
import dev.hardwood.metadata.LogicalType;
import dev.hardwood.reader.ColumnReader;
import dev.hardwood.reader.ColumnReaders;
import dev.hardwood.reader.LayerKind;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.schema.ColumnProjection;
import dev.hardwood.schema.ColumnSchema;
import dev.herd.data.InputException;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A Parquet file as blocks of text cells: numbers in decimal, times in ISO 8601, lists joined by
/// [RawBlock#LIST_SEPARATOR]. Line numbers are row numbers.
final class ParquetCursor implements RawReader.FileCursor {
    private static final int ROWS = 4096;

    private final Path file;
    private final LongConsumer bytesRead;
    private final ParquetFileReader parquet;
    private final ColumnReaders readers;
    private final List<String> columns = new ArrayList<>();
    private long row = 1;

    ParquetCursor(Path file, LongConsumer bytesRead) {
        this.file = file;
        this.bytesRead = bytesRead;
        try {
            parquet = ParquetFileReader.open(InputFile.of(file));
        } catch (IOException | RuntimeException e) {
            throw new InputException(file + ": is not a readable Parquet file: " + e.getMessage(), e);
        }
        for (ColumnSchema column : parquet.getFileSchema().getColumns()) {
            if (columns.contains(column.fieldPath().topLevelName()) || column.maxRepetitionLevel() > 1) {
                throw InputException.of(
                        file,
                        "column '" + column.fieldPath() + "' is nested; only scalars and lists of scalars can be read");
            }
            columns.add(column.fieldPath().topLevelName());
        }
        readers = parquet.buildColumnReaders(ColumnProjection.all())
                .batchSize(ROWS)
                .build();
    }

    @Override
    public List<String> columns() {
        return columns;
    }

    @Override
    public @Nullable Supplier<RawBlock> next() {
        try {
            if (!readers.nextBatch()) {
                bytesRead.accept(Files.size(file));
                return null;
            }
            RawBlock block = block(readers.getRecordCount());
            return () -> block;
        } catch (IOException | RuntimeException e) {
            throw new InputException(
                    file + ": cannot be decoded after row " + (row - 1) + ", the file is damaged: " + e.getMessage(),
                    e);
        }
    }

    private RawBlock block(int rows) {
        List<IntFunction<@Nullable String>> cells = new ArrayList<>();
        for (int c = 0; c < readers.getColumnCount(); c++) {
            cells.add(cells(readers.getColumnReader(c)));
        }
        RawBlock.Builder builder = new RawBlock.Builder(columns.size(), rows);
        for (int r = 0; r < rows; r++) {
            for (IntFunction<@Nullable String> column : cells) {
                String cell = column.apply(r);
                if (cell == null || cell.isEmpty()) {
                    builder.missing();
                } else {
                    builder.cell(cell);
                }
            }
            builder.endRow(row++);
        }
        return builder.build(file, List.of());
    }

    private static IntFunction<@Nullable String> cells(ColumnReader column) {
        IntFunction<String> scalar = scalar(column);
        var leaf = column.getLeafValidity();
        boolean isList = column.getLayerCount() > 0 && column.getLayerKind(0) == LayerKind.REPEATED;
        if (!isList) {
            return r -> leaf.isNull(r) ? null : scalar.apply(r);
        }
        int[] offsets = column.getLayerOffsets(0);
        return r -> {
            StringBuilder joined = new StringBuilder();
            for (int i = offsets[r]; i < offsets[r + 1]; i++) {
                if (leaf.isNotNull(i)) {
                    joined.append(joined.isEmpty() ? "" : "\u001F").append(scalar.apply(i));
                }
            }
            return joined.toString();
        };
    }

    private static IntFunction<String> scalar(ColumnReader column) {
        ColumnSchema schema = column.getColumnSchema();
        return switch (schema.type()) {
            case BOOLEAN -> {
                boolean[] values = column.getBooleans();
                yield i -> values[i] ? "1" : "0";
            }
            case INT32 -> {
                int[] values = column.getInts();
                yield i -> integer(schema.logicalType(), values[i]);
            }
            case INT64 -> {
                long[] values = column.getLongs();
                yield i -> integer(schema.logicalType(), values[i]);
            }
            case FLOAT -> {
                float[] values = column.getFloats();
                yield i -> Float.toString(values[i]);
            }
            case DOUBLE -> {
                double[] values = column.getDoubles();
                yield i -> Double.toString(values[i]);
            }
            case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY -> binary(column, schema.logicalType());
            case INT96 ->
                throw new IllegalArgumentException("column '" + schema.fieldPath()
                        + "' has the outdated type INT96; write the file again with current timestamps");
        };
    }

    private static IntFunction<String> binary(ColumnReader column, @Nullable LogicalType type) {
        if (type instanceof LogicalType.DecimalType decimal) {
            byte[][] values = column.getBinaries();
            return i -> new BigDecimal(new BigInteger(values[i]), decimal.scale()).toPlainString();
        }
        String[] values = column.getStrings();
        return i -> values[i];
    }

    private static String integer(@Nullable LogicalType type, long value) {
        return switch (type) {
            case LogicalType.DateType date -> LocalDate.ofEpochDay(value).toString();
            case LogicalType.TimestampType time -> instant(time.unit(), value).toString();
            case LogicalType.DecimalType decimal ->
                BigDecimal.valueOf(value, decimal.scale()).toPlainString();
            case null, default -> Long.toString(value);
        };
    }

    private static Instant instant(LogicalType.TimeUnit unit, long value) {
        long perSecond = switch (unit) {
            case MILLIS -> 1_000L;
            case MICROS -> 1_000_000L;
            case NANOS -> 1_000_000_000L;
        };
        return Instant.ofEpochSecond(
                Math.floorDiv(value, perSecond), Math.floorMod(value, perSecond) * (1_000_000_000L / perSecond));
    }

    @Override
    public void close() {
        try {
            readers.close();
            parquet.close();
        } catch (IOException e) {
            throw new InputException(file + ": cannot be closed: " + e.getMessage(), e);
        }
    }
}
