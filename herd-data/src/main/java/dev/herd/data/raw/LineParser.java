package dev.herd.data.raw;

import dev.herd.data.raw.TextBlocks.Piece;
import java.util.List;

/// Splits lines into cells; used by several threads at once.
interface LineParser {
    List<String> columns();

    RawBlock parse(Piece piece);
}
