package dev.herd.data.prepare;

import dev.herd.data.InputException;
import dev.herd.data.raw.RawBlock;
import dev.herd.data.raw.RawInput;
import dev.herd.data.raw.RawReader;
import dev.herd.numerics.CounterRandom;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Rows to prepare and the split of each.
///
/// @param key configuration key of the input, for messages
/// @param only the split of all rows, if it is one
/// @param located gives blocks the places that faults should name
record RowSource(RawInput input, String key, Splits splits, Optional<SplitName> only, UnaryOperator<RawBlock> located) {

    /// Assigns rows to splits; used by several threads at once.
    interface Splits {
        SplitName of(RawBlock block, int row);
    }

    static RowSource whole(RawInput input, String key, SplitName split) {
        return new RowSource(input, key, (block, row) -> split, Optional.of(split), block -> block);
    }

    static RowSource random(RawInput input, String key, SplitRule.Random rule) {
        SplitRatios ratios = rule.ratios();
        Splits splits = (block, row) -> {
            long draw = CounterRandom.below(rule.seed(), block.seed(), block.lines()[row], ratios.total());
            return draw < ratios.train()
                    ? SplitName.TRAIN
                    : draw < ratios.train() + ratios.validation() ? SplitName.VALIDATION : SplitName.TEST;
        };
        return new RowSource(input, key, splits, Optional.empty(), block -> block);
    }

    static RowSource byColumn(RawInput input, String key, String column, UnaryOperator<RawBlock> located) {
        int index;
        try (RawReader reader = RawReader.open(input, key)) {
            index = requireColumn(reader.columns(), column, "split");
        }
        Splits splits = (block, row) -> {
            String word = block.text(row, index);
            for (SplitName name : SplitName.values()) {
                if (name.text().equals(word)) {
                    return name;
                }
            }
            throw block.fault(
                            row,
                            index,
                            "expected train, validation or test in the column '" + column + "', found '" + word + "'")
                    .exception();
        };
        return new RowSource(input, key, splits, Optional.empty(), located);
    }

    static int requireColumn(List<String> columns, String column, String role) {
        int index = columns.indexOf(column);
        if (index < 0) {
            throw new InputException(
                    "the " + role + " column '" + column + "' is not among the input's columns " + columns);
        }
        return index;
    }

    /// Faults name the origin and the line that stands in a column, for rows that were ordered on the way.
    static UnaryOperator<RawBlock> placed(Path origin, int lineColumn) {
        return block -> {
            long[] lines = new long[block.rows()];
            for (int r = 0; r < lines.length; r++) {
                lines[r] = Long.parseLong(block.text(r, lineColumn));
            }
            return block.withPlaces(origin, lines);
        };
    }
}
