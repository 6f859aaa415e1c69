package dev.herd.data.transform;

import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.raw.RawBlock;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the ids of one feature's cells.
final class SparseEncoder {
    private static final byte[] EMPTY = new byte[0];

    private final SparseColumn rule;
    private final int column;
    private final int weights;
    private final @Nullable Vocabulary vocabulary;
    private final byte separator;
    private final double[] boundaries;

    /// @param vocabulary null when another rule gives the ids, or while fitting
    SparseEncoder(SparseColumn rule, int column, int weights, @Nullable Vocabulary vocabulary) {
        this.rule = rule;
        this.column = column;
        this.weights = weights;
        this.vocabulary = vocabulary;
        separator = rule.separator().isEmpty()
                ? RawBlock.LIST_SEPARATOR
                : (byte) rule.separator().charAt(0);
        boundaries = rule.ids() instanceof IdRule.Quantiles quantiles
                ? quantiles.boundaries().orElse(List.of()).stream()
                        .mapToDouble(Double::doubleValue)
                        .toArray()
                : new double[0];
    }

    int column() {
        return column;
    }

    /// -1 without weights.
    int weightsColumn() {
        return weights;
    }

    boolean isSingle() {
        return rule.arity() == Arity.SINGLE;
    }

    /// What is done with every value of a cell, after its steps; the cell is empty for a missing one.
    interface Sink {
        void value(Cell cell, boolean missing) throws CellFault;
    }

    void encode(RawBlock block, int row, Cell cell, IdBuffer into) throws CellFault {
        int first = into.size();
        values(block, row, cell, (value, missing) -> into.add(missing ? missingId() : id(value)));
        if (weights >= 0) {
            weigh(block, row, into, first);
        }
        if (rule.maxLength() > 0) {
            into.keepLast(first, rule.maxLength());
        }
    }

    /// As the other `encode`; values that the cell shares with the one above it are not transformed again: a
    /// list that slides drops its oldest value, or none, and takes new ones.
    ///
    /// @param above the row whose ids were added last
    ///
    /// **Paper**: RecD (arXiv 2211.05239), partial deduplication.
    void encode(RawBlock block, int above, int row, Cell cell, IdBuffer into) throws CellFault {
        int shared = weights >= 0 || rule.maxLength() > 0 ? -1 : shared(block, above, row);
        if (shared < 0) {
            encode(block, row, cell, into);
            return;
        }
        into.repeatLast(shared > block.start(above, column) ? 1 : 0);
        int from = block.start(row, column) + block.end(above, column) - shared;
        values(block.bytes(), from, block.end(row, column), cell, (value, missing) -> into.add(id(value)));
    }

    /// Where the cell above holds what this one begins with: at its first value or at its second; -1 when it
    /// does not.
    private int shared(RawBlock block, int above, int row) {
        if (block.isMissing(above, column) || block.isMissing(row, column)) {
            return -1;
        }
        int start = block.start(above, column);
        int end = block.end(above, column);
        if (begins(block, row, start, end)) {
            return start;
        }
        int second = start;
        while (second < end && block.bytes()[second] != separator) {
            second++;
        }
        second++;
        return second > start + 1 && second < end && begins(block, row, second, end) ? second : -1;
    }

    /// Whether a cell begins with the values in some bytes.
    private boolean begins(RawBlock block, int row, int from, int to) {
        byte[] bytes = block.bytes();
        int start = block.start(row, column);
        int after = start + to - from;
        return after <= block.end(row, column)
                && Arrays.equals(bytes, from, to, bytes, start, after)
                && (after == block.end(row, column) || bytes[after] == separator);
    }

    void values(RawBlock block, int row, Cell cell, Sink sink) throws CellFault {
        if (block.isMissing(row, column)) {
            switch (rule.whenMissing()) {
                case OWN_VALUE, ZERO -> {
                    cell.set(EMPTY, 0, 0);
                    sink.value(cell, true);
                }
                case NO_ID -> {}
                case FAIL -> throw new CellFault("feature '" + rule.name() + "' is missing");
            }
            return;
        }
        int end = block.end(row, column);
        if (rule.arity() == Arity.SINGLE) {
            value(block.bytes(), block.start(row, column), end, cell, sink);
            return;
        }
        values(block.bytes(), block.start(row, column), end, cell, sink);
    }

    private void values(byte[] bytes, int start, int end, Cell cell, Sink sink) throws CellFault {
        for (int at = start; at <= end; at++) {
            int from = at;
            while (at < end && bytes[at] != separator) {
                at++;
            }
            if (at > from) {
                value(bytes, from, at, cell, sink);
            }
        }
    }

    private void value(byte[] bytes, int start, int end, Cell cell, Sink sink) throws CellFault {
        cell.set(bytes, start, end);
        for (CellStep step : rule.steps()) {
            cell.apply(step);
        }
        sink.value(cell, false);
    }

    private long missingId() throws CellFault {
        if (rule.whenMissing() == MissingId.ZERO) {
            return 0;
        }
        return switch (rule.ids()) {
            case IdRule.Vocabulary vocab -> vocabulary == null ? 0 : vocabulary.id(EMPTY, 0, 0);
            case IdRule.Hash hash -> TextHash.id(TextHash.hash(EMPTY, 0, 0, hash.seed()), hash.rows());
            case IdRule.Quantiles quantiles -> 0;
            case IdRule.Given given ->
                throw new CellFault("feature '" + rule.name()
                        + "' is missing and ids that are given have no id for that; set its `missing` to zero");
        };
    }

    private long id(Cell cell) throws CellFault {
        return switch (rule.ids()) {
            case IdRule.Vocabulary vocab -> vocabulary == null ? 0 : vocabulary.id(cell.bytes, cell.start, cell.end);
            case IdRule.Hash hash ->
                TextHash.id(TextHash.hash(cell.bytes, cell.start, cell.end, hash.seed()), hash.rows());
            case IdRule.Quantiles quantiles -> 1 + bucket(Numbers.decimal(cell.bytes, cell.start, cell.end));
            case IdRule.Given given -> {
                long id = Numbers.integer(cell.bytes, cell.start, cell.end);
                if (id < 0 || id >= given.rows()) {
                    throw new CellFault(
                            "feature '" + rule.name() + "' has ids in [0, " + given.rows() + "), found " + id);
                }
                yield id;
            }
        };
    }

    /// Number of boundaries at or below x.
    private int bucket(double x) {
        int low = 0;
        int high = boundaries.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (boundaries[middle] <= x) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void weigh(RawBlock block, int row, IdBuffer into, int first) throws CellFault {
        int at = first;
        if (!block.isMissing(row, weights)) {
            int end = block.end(row, weights);
            int from = block.start(row, weights);
            while (from <= end) {
                int to = from;
                while (to < end && block.bytes()[to] != separator) {
                    to++;
                }
                if (at >= into.size()) {
                    throw unequal();
                }
                into.weigh(at++, (float) Numbers.decimal(block.bytes(), from, to));
                from = to + 1;
            }
        }
        if (at != into.size()) {
            throw unequal();
        }
    }

    private CellFault unequal() {
        return new CellFault(
                "feature '" + rule.name() + "' needs as many weights in the column '" + rule.weights() + "' as values");
    }
}
