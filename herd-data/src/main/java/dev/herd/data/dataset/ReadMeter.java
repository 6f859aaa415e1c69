package dev.herd.data.dataset;

import dev.herd.data.Features;
import dev.herd.data.ReadFigures;

/// Counts what a reader's threads do and what waits for its caller.
final class ReadMeter {
    private long rows;
    private long batches;
    private long fillNanos;
    private long convertNanos;
    private long bytes;
    private long expandedBytes;
    private long waiting;
    private long waitingExpanded;
    private long mostWaiting;
    private long mostWaitingExpanded;
    private long decoded;
    private long mostDecoded;

    synchronized void filled(long nanos) {
        fillNanos += nanos;
    }

    /// Decoded rows are in memory.
    synchronized void held(long more) {
        decoded += more;
        mostDecoded = Math.max(mostDecoded, decoded);
    }

    /// No batch to come is gathered from these rows.
    synchronized void released(long less) {
        decoded -= less;
    }

    /// A batch is ready and waits.
    void converted(long nanos, Features features) {
        long now = features.bytes();
        long expanded = features.expandedBytes();
        synchronized (this) {
            convertNanos += nanos;
            waiting += now;
            waitingExpanded += expanded;
            if (waiting > mostWaiting) {
                mostWaiting = waiting;
                mostWaitingExpanded = waitingExpanded;
            }
        }
    }

    /// A batch that waited is the caller's.
    void handedOut(Features features) {
        long now = features.bytes();
        long expanded = features.expandedBytes();
        synchronized (this) {
            rows += features.size();
            batches++;
            bytes += now;
            expandedBytes += expanded;
            waiting -= now;
            waitingExpanded -= expanded;
        }
    }

    synchronized ReadFigures figures() {
        return new ReadFigures(
                rows,
                batches,
                fillNanos * 1e-9,
                convertNanos * 1e-9,
                0,
                bytes,
                expandedBytes,
                mostWaiting,
                mostWaitingExpanded,
                mostDecoded,
                0,
                0);
    }
}
