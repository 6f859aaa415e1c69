package dev.herd.data;

/// What a reader has done since it was opened.
///
/// **Units**: seconds are those that its threads spent, together; a decoder may use further threads of its
/// own.
///
/// @param rows handed out
/// @param batches handed out
/// @param fillSeconds fetching and decoding stored rows
/// @param convertSeconds gathering rows into batches, deduplication included
/// @param processSeconds transforming them
/// @param bytes of the features of the batches handed out
/// @param expandedBytes of the same features had every row been written out
/// @param queuedBytes most that the features of batches waiting for the caller took at a time
/// @param queuedExpandedBytes what these would have taken had every row been written out
/// @param decodedBytes most that decoded rows of a dataset took at a time, from which batches are gathered
/// @param cells with several values that raw rows held; none in stored rows, which are transformed already
/// @param repeatedCells how many of these were not transformed, because they repeat another one
public record ReadFigures(
        long rows,
        long batches,
        double fillSeconds,
        double convertSeconds,
        double processSeconds,
        long bytes,
        long expandedBytes,
        long queuedBytes,
        long queuedExpandedBytes,
        long decodedBytes,
        long cells,
        long repeatedCells) {
    public static final ReadFigures NONE = new ReadFigures(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// Seconds of all threads.
    public double seconds() {
        return fillSeconds + convertSeconds + processSeconds;
    }

    /// How many times smaller the features are than written out.
    public double factor() {
        return bytes == 0 ? 1 : (double) expandedBytes / bytes;
    }

    /// Figures of two readers together; the queues did not wait at the same time.
    public ReadFigures plus(ReadFigures other) {
        boolean larger = queuedBytes >= other.queuedBytes;
        return new ReadFigures(
                rows + other.rows,
                batches + other.batches,
                fillSeconds + other.fillSeconds,
                convertSeconds + other.convertSeconds,
                processSeconds + other.processSeconds,
                bytes + other.bytes,
                expandedBytes + other.expandedBytes,
                larger ? queuedBytes : other.queuedBytes,
                larger ? queuedExpandedBytes : other.queuedExpandedBytes,
                Math.max(decodedBytes, other.decodedBytes),
                cells + other.cells,
                repeatedCells + other.repeatedCells);
    }

    public ReadFigures withFill(double seconds) {
        return new ReadFigures(
                rows,
                batches,
                seconds,
                convertSeconds,
                processSeconds,
                bytes,
                expandedBytes,
                queuedBytes,
                queuedExpandedBytes,
                decodedBytes,
                cells,
                repeatedCells);
    }
}
