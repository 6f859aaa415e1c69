package dev.herd.data.prepare;

import dev.herd.data.raw.RawFault;
import java.util.List;
import java.util.Map;

/// What came out of a preparation.
///
/// @param rowsRead rows found in the input, the skipped ones included
/// @param rowsSkipped rows left out because something was wrong with them
/// @param rowsNotSampled rows left out because their session is not in the sample
/// @param firstFaults where and why, for the first ten
/// @param rows written, by split
public record PreparationReport(
        long rowsRead, long rowsSkipped, long rowsNotSampled, List<RawFault> firstFaults, Map<String, Long> rows) {}
