package dev.herd.data.dataset;

import dev.herd.data.Batch;
import java.util.ArrayList;
import java.util.List;

/// Cuts clustered rows into parts that hold whole sessions: a part ends before the session that would take
/// it past [PartTable#ROW_GROUP_ROWS] rows, and so is one row group.
///
/// A longer session gets a part of its own, of several row groups; one of more than [SplitWriter#PART_ROWS]
/// rows or [#HELD_IDS] ids is cut into several parts.
///
/// Memory: the rows of one session, the one whose end has not been seen, within the same bounds.
final class SessionCut {
    static final int HELD_IDS = 8 << 20;

    private final SplitWriter writer;
    private final List<Batch> held = new ArrayList<>();
    private int heldRows;
    private long heldIds;
    private boolean inSession;
    private long session;
    private boolean isCut;
    private long sessionsCut;

    SessionCut(SplitWriter writer) {
        this.writer = writer;
    }

    /// Sessions that did not fit into one part.
    long sessionsCut() {
        return sessionsCut;
    }

    void write(Batch batch) {
        long[] sessions = batch.sessions();
        int done = 0;
        if (inSession) {
            done = session == sessions[0] ? end(sessions, 0) : 0;
            if (done > 0) {
                hold(batch, 0, done);
            }
            if (done == sessions.length) {
                return;
            }
            release();
            inSession = false;
            isCut = false;
        }
        for (int from = done, to = 0; from < sessions.length; from = to) {
            to = end(sessions, from);
            if (to == sessions.length) {
                append(batch, done, from - done);
                hold(batch, from, to - from);
                return;
            }
            if (writer.open() + to - done > PartTable.ROW_GROUP_ROWS) {
                append(batch, done, from - done);
                writer.endPart();
                done = from;
            }
        }
    }

    private static int end(long[] sessions, int from) {
        int to = from + 1;
        while (to < sessions.length && sessions[to] == sessions[from]) {
            to++;
        }
        return to;
    }

    private void append(Batch batch, int from, int count) {
        if (count > 0) {
            writer.append(batch, from, count);
            if (writer.openValues() >= SplitWriter.PART_VALUES) {
                writer.endPart();
            }
        }
    }

    private void hold(Batch batch, int from, int count) {
        Batch rows = batch.slice(from, from + count);
        int ids = rows.features().sparse().values().length;
        if (heldRows + count > SplitWriter.PART_ROWS || heldIds + ids > HELD_IDS && heldRows > 0) {
            sessionsCut += isCut ? 0 : 1;
            isCut = true;
            release();
            writer.endPart();
        }
        held.add(rows);
        heldRows += count;
        heldIds += ids;
        inSession = true;
        session = rows.sessions()[0];
    }

    /// Writes the session held back.
    private void release() {
        if (writer.open() + heldRows > PartTable.ROW_GROUP_ROWS) {
            writer.endPart();
        }
        held.forEach(rows -> writer.append(rows, 0, rows.size()));
        held.clear();
        heldRows = 0;
        heldIds = 0;
        if (writer.open() >= PartTable.ROW_GROUP_ROWS || writer.openValues() >= SplitWriter.PART_VALUES) {
            writer.endPart();
        }
    }

    void finish() {
        release();
    }
}
