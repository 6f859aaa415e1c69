package dev.herd.data.cluster;

import com.github.luben.zstd.Zstd;
import dev.herd.data.InputException;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// Writes records to a file, in blocks compressed with zstd at level 1.
final class RunWriter implements AutoCloseable {
    static final int BLOCK_BYTES = 256 << 10;

    private final Path file;
    private final DataOutputStream out;
    private byte[] block = new byte[BLOCK_BYTES];
    private byte[] packed = new byte[(int) Zstd.compressBound(BLOCK_BYTES)];
    private int size;

    RunWriter(Path file) {
        this.file = file;
        try {
            out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16));
        } catch (IOException e) {
            throw failure(e);
        }
    }

    void add(MemorySegment from, long at) {
        int bytes = RowRecord.bytes(from, at);
        if (size > 0 && size + bytes > BLOCK_BYTES) {
            flush();
        }
        if (bytes > block.length) {
            block = new byte[bytes];
            packed = new byte[(int) Zstd.compressBound(bytes)];
        }
        MemorySegment.copy(from, ValueLayout.JAVA_BYTE, at, block, size, bytes);
        size += bytes;
    }

    private void flush() {
        long bytes = Zstd.compressByteArray(packed, 0, packed.length, block, 0, size, 1);
        if (Zstd.isError(bytes)) {
            throw new IllegalStateException(file + ": cannot be compressed: " + Zstd.getErrorName(bytes));
        }
        try {
            out.writeInt(size);
            out.writeInt((int) bytes);
            out.write(packed, 0, (int) bytes);
        } catch (IOException e) {
            throw failure(e);
        }
        size = 0;
    }

    private InputException failure(IOException e) {
        return new InputException(
                file + ": cannot be written (is the disk full?); --temp names another folder for such files: "
                        + e.getMessage(),
                e);
    }

    /// Writes what is left.
    void finish() {
        if (size > 0) {
            flush();
        }
        Arrays.fill(packed, 0, 8, (byte) 0);
        try {
            out.write(packed, 0, 8);
            out.close();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw failure(e);
        }
    }
}
