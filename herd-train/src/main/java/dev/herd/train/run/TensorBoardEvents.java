package dev.herd.train.run;

import dev.herd.data.wire.Protobuf;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Map;
import java.util.zip.CRC32C;

/// Scalars over steps in the file format that TensorBoard reads: length-prefixed records with masked
/// CRC-32C sums, each one `Event` message.
///
/// **Owner**: whoever opened it closes it.
public final class TensorBoardEvents implements AutoCloseable {
    private static final int WALL_TIME = 1;
    private static final int STEP = 2;
    private static final int FILE_VERSION = 3;
    private static final int SUMMARY = 5;
    private static final int SESSION_LOG = 7;
    private static final int SUMMARY_VALUE = 1;
    private static final int VALUE_TAG = 1;
    private static final int VALUE_SIMPLE = 2;
    private static final int SESSION_STATUS = 1;
    private static final int SESSION_START = 1;

    private final OutputStream out;

    private TensorBoardEvents(OutputStream out) {
        this.out = out;
    }

    /// Starts a new file in a folder. A run that goes on after step `step` says so, whereupon TensorBoard
    /// drops what earlier files hold beyond that step.
    ///
    /// @param step 0 for a fresh run
    public static TensorBoardEvents create(Path folder, long step, Instant now) {
        String name = "events.out.tfevents.%010d.%09d.herd".formatted(now.getEpochSecond(), now.getNano());
        try {
            Files.createDirectories(folder);
            OutputStream file = Files.newOutputStream(folder.resolve(name), StandardOpenOption.CREATE_NEW);
            TensorBoardEvents events = new TensorBoardEvents(new BufferedOutputStream(file));
            events.write(event(now, 0).text(FILE_VERSION, "brain.Event:2"));
            if (step > 0) {
                Protobuf started = new Protobuf().integer(SESSION_STATUS, SESSION_START);
                events.write(event(now, step + 1).message(SESSION_LOG, started));
            }
            events.flush();
            return events;
        } catch (IOException e) {
            throw new UncheckedIOException(folder + ": cannot take TensorBoard events", e);
        }
    }

    /// Adds values of one step, each under its tag: `train/loss`.
    public void scalars(long step, Instant now, Map<String, Double> values) {
        Protobuf summary = new Protobuf();
        values.forEach((tag, value) -> summary.message(
                SUMMARY_VALUE, new Protobuf().text(VALUE_TAG, tag).real(VALUE_SIMPLE, value.floatValue())));
        try {
            write(event(now, step).message(SUMMARY, summary));
            flush();
        } catch (IOException e) {
            throw new UncheckedIOException("TensorBoard events cannot be written: " + e.getMessage(), e);
        }
    }

    private static Protobuf event(Instant now, long step) {
        double seconds = now.getEpochSecond() + now.getNano() * 1e-9;
        return new Protobuf().real(WALL_TIME, seconds).integer(STEP, step);
    }

    private void write(Protobuf event) throws IOException {
        byte[] data = event.toBytes();
        byte[] length = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(data.length)
                .array();
        out.write(length);
        out.write(maskedSum(length));
        out.write(data);
        out.write(maskedSum(data));
    }

    static byte[] maskedSum(byte[] data) {
        CRC32C crc = new CRC32C();
        crc.update(data);
        int masked = Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(masked)
                .array();
    }

    private void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException("TensorBoard events cannot be closed: " + e.getMessage(), e);
        }
    }
}
