package dev.herd.train.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A file being written that is hashed on the way and reaches the disk before [#finish] returns.
final class DurableFile implements WritableByteChannel {
    private final FileChannel channel;
    private final MessageDigest digest = sha256();
    private long bytes;

    private DurableFile(FileChannel channel) {
        this.channel = channel;
    }

    static DurableFile create(Path file) throws IOException {
        return new DurableFile(FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        digest.update(source.duplicate());
        int written = 0;
        while (source.hasRemaining()) {
            written += channel.write(source);
        }
        bytes += written;
        return written;
    }

    long bytes() {
        return bytes;
    }

    /// Forces the file to disk and returns its SHA-256.
    String finish() throws IOException {
        channel.force(true);
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /// Forces the names in a folder to disk, where the system can open folders.
    static void forceFolder(Path folder) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(folder, StandardOpenOption.READ);
        } catch (IOException e) {
            return; // Windows does not open folders; its renames are journaled
        }
        try (channel) {
            channel.force(true);
        }
    }
}
