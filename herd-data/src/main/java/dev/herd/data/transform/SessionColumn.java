package dev.herd.data.transform;

import dev.herd.data.InputException;
import dev.herd.data.raw.RawBlock;
import java.util.List;
import java.util.OptionalLong;

/// Reads the session of raw rows; used by several threads at once.
public final class SessionColumn {
    private final int column;

    SessionColumn(int column) {
        this.column = column;
    }

    /// **Throws** [InputException] when the pipeline names no session, or one that is not among the
    /// columns.
    public static SessionColumn of(FeaturePipeline pipeline, List<String> columns) {
        if (pipeline.session() == null) {
            throw new InputException("features.session names no column");
        }
        int column = columns.indexOf(pipeline.session());
        if (column < 0) {
            throw new InputException(
                    "'session' comes from the column '" + pipeline.session() + "', the input has " + columns);
        }
        return new SessionColumn(column);
    }

    /// The session of a row; empty when it is missing or no number that fits.
    public OptionalLong find(RawBlock block, int row) {
        try {
            return OptionalLong.of(session(block, row));
        } catch (CellFault e) {
            return OptionalLong.empty();
        }
    }

    /// The number in the cell, or a hash of its text.
    long session(RawBlock block, int row) throws CellFault {
        if (block.isMissing(row, column)) {
            throw new CellFault("the session is missing");
        }
        int start = block.start(row, column);
        int end = block.end(row, column);
        boolean integer = end - start <= 18;
        for (int i = start; i < end && integer; i++) {
            byte b = block.bytes()[i];
            integer = b >= '0' && b <= '9' || b == '-' && i == start && end - start > 1;
        }
        return integer ? Numbers.integer(block.bytes(), start, end) : TextHash.hash(block.bytes(), start, end, 0);
    }
}
