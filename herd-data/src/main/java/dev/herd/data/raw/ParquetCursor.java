package dev.herd.data.raw;

import dev.hardwood.InputFile;
import dev.hardwood.reader.ColumnReaders;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.schema.ColumnProjection;
import dev.hardwood.schema.ColumnSchema;
import dev.herd.data.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A Parquet file as blocks of text cells (see [ParquetColumn]). Line numbers are row numbers.
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
        ParquetColumn[] cells = new ParquetColumn[readers.getColumnCount()];
        Arrays.setAll(cells, c -> ParquetColumn.of(readers.getColumnReader(c)));
        RawBlock.Builder builder = new RawBlock.Builder(columns.size(), rows);
        for (int r = 0; r < rows; r++) {
            for (ParquetColumn column : cells) {
                column.write(r, builder);
            }
            builder.endRow(row++);
        }
        return builder.build(file, List.of());
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
