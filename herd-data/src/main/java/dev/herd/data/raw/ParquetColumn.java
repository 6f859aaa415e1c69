package dev.herd.data.raw;

import dev.hardwood.metadata.LogicalType;
import dev.hardwood.reader.ColumnReader;
import dev.hardwood.reader.LayerKind;
import dev.hardwood.reader.Validity;
import dev.hardwood.schema.ColumnSchema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The rows of one column in a batch of a Parquet file, as text cells: numbers in decimal, times in ISO
/// 8601, lists joined by [RawBlock#LIST_SEPARATOR]. A list of numbers that is the list of the row before
/// shares its bytes.
final class ParquetColumn {
    private final Validity present;
    private final int @Nullable [] lists;
    private final Values values;

    private ParquetColumn(Validity present, int @Nullable [] lists, Values values) {
        this.present = present;
        this.lists = lists;
        this.values = values;
    }

    static ParquetColumn of(ColumnReader column) {
        boolean isList = column.getLayerCount() > 0 && column.getLayerKind(0) == LayerKind.REPEATED;
        return new ParquetColumn(
                column.getLeafValidity(), isList ? column.getLayerOffsets(0) : null, Values.of(column));
    }

    /// Writes the next cell of a block.
    ///
    /// @param row number in the batch; the block's cell above is that of the row before
    void write(int row, RawBlock.Builder block) {
        if (lists == null) {
            if (present.isNotNull(row)) {
                values.write(row, block);
            }
            block.endCell();
        } else if (row > 0 && repeats(lists[row - 1], lists[row], lists[row + 1])) {
            block.repeatCell();
        } else {
            writeList(lists[row], lists[row + 1], block);
        }
    }

    private void writeList(int from, int to, RawBlock.Builder block) {
        boolean first = true;
        for (int i = from; i < to; i++) {
            if (present.isNotNull(i)) {
                if (!first) {
                    block.append(RawBlock.LIST_SEPARATOR);
                }
                values.write(i, block);
                first = false;
            }
        }
        block.endCell();
    }

    private boolean repeats(int from, int middle, int to) {
        return !present.hasNulls() && middle - from == to - middle && values.same(from, middle, to);
    }

    /// The values of a batch, those of lists one after the other.
    private interface Values {
        /// Appends one to the cell under way.
        void write(int i, RawBlock.Builder block);

        /// Whether `[from, middle)` and `[middle, to)` are the same, as far as that is quickly told.
        default boolean same(int from, int middle, int to) {
            return false;
        }

        static Values of(ColumnReader column) {
            ColumnSchema schema = column.getColumnSchema();
            return switch (schema.type()) {
                case BOOLEAN -> {
                    boolean[] values = column.getBooleans();
                    yield (i, block) -> block.append((byte) (values[i] ? '1' : '0'));
                }
                case INT32 -> integers(schema.logicalType(), column.getInts());
                case INT64 -> integers(schema.logicalType(), column.getLongs());
                case FLOAT -> {
                    float[] values = column.getFloats();
                    yield (i, block) -> block.append(Float.toString(values[i]));
                }
                case DOUBLE -> {
                    double[] values = column.getDoubles();
                    yield (i, block) -> block.append(Double.toString(values[i]));
                }
                case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY -> binary(column, schema.logicalType());
                case INT96 ->
                    throw new IllegalArgumentException("column '" + schema.fieldPath()
                            + "' has the outdated type INT96; write the file again with current timestamps");
            };
        }

        private static Values integers(@Nullable LogicalType type, int[] values) {
            return new Values() {
                @Override
                public void write(int i, RawBlock.Builder block) {
                    integer(type, values[i], block);
                }

                @Override
                public boolean same(int from, int middle, int to) {
                    return Arrays.equals(values, from, middle, values, middle, to);
                }
            };
        }

        private static Values integers(@Nullable LogicalType type, long[] values) {
            return new Values() {
                @Override
                public void write(int i, RawBlock.Builder block) {
                    integer(type, values[i], block);
                }

                @Override
                public boolean same(int from, int middle, int to) {
                    return Arrays.equals(values, from, middle, values, middle, to);
                }
            };
        }

        private static Values binary(ColumnReader column, @Nullable LogicalType type) {
            if (type instanceof LogicalType.DecimalType decimal) {
                byte[][] values = column.getBinaries();
                return (i, block) ->
                        block.append(new BigDecimal(new BigInteger(values[i]), decimal.scale()).toPlainString());
            }
            String[] values = column.getStrings();
            return (i, block) -> block.append(values[i]);
        }
    }

    private static void integer(@Nullable LogicalType type, long value, RawBlock.Builder block) {
        switch (type) {
            case LogicalType.DateType date ->
                block.append(LocalDate.ofEpochDay(value).toString());
            case LogicalType.TimestampType time ->
                block.append(instant(time.unit(), value).toString());
            case LogicalType.DecimalType decimal ->
                block.append(BigDecimal.valueOf(value, decimal.scale()).toPlainString());
            case null, default -> block.append(value);
        }
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
}
