package dev.herd.data.cluster;

import com.github.luben.zstd.Zstd;
import dev.herd.data.InputException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads the records of one run, one after the other.
final class RunCursor implements AutoCloseable, Comparable<RunCursor> {
    private final Path file;
    private final int number;
    private final DataInputStream in;
    private byte[] packed = new byte[0];
    private byte[] bytes = new byte[0];
    private MemorySegment block = MemorySegment.ofArray(bytes);
    private int size;
    private int at;
    private int split;
    private long hash;
    private long session;
    private long time;

    /// @param number orders rows of the same session and time: runs in the order of their rows' arrival
    RunCursor(Path file, int number) {
        this.file = file;
        this.number = number;
        try {
            in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /// Moves to the next record; false at the end.
    boolean next() {
        at += size == 0 ? 0 : RowRecord.bytes(block, at);
        if (at == size && !fetch()) {
            return false;
        }
        split = RowRecord.split(block, at);
        session = RowRecord.session(block, at);
        hash = SessionOrder.hash(session);
        time = RowRecord.time(block, at);
        return true;
    }

    private boolean fetch() {
        try {
            size = in.readInt();
            int stored = in.readInt();
            at = 0;
            if (size == 0) {
                return false;
            }
            if (size > bytes.length) {
                bytes = new byte[size];
                block = MemorySegment.ofArray(bytes);
            }
            packed = stored > packed.length ? new byte[stored] : packed;
            in.readFully(packed, 0, stored);
            long unpacked = Zstd.decompressByteArray(bytes, 0, size, packed, 0, stored);
            if (unpacked != size) {
                throw new IOException("a block does not unpack to its " + size + " bytes");
            }
            return true;
        } catch (IOException e) {
            throw failure(e);
        }
    }

    MemorySegment block() {
        return block;
    }

    long at() {
        return at;
    }

    int split() {
        return split;
    }

    @Override
    public int compareTo(RunCursor other) {
        int by = Integer.compare(split, other.split);
        by = by != 0 ? by : Long.compare(hash, other.hash);
        by = by != 0 ? by : Long.compare(session, other.session);
        by = by != 0 ? by : Long.compare(time, other.time);
        return by != 0 ? by : Integer.compare(number, other.number);
    }

    private InputException failure(IOException e) {
        return new InputException(file + ": a temporary file cannot be read back: " + e.getMessage(), e);
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw failure(e);
        }
    }
}
