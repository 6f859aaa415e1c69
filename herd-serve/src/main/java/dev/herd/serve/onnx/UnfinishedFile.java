package dev.herd.serve.onnx;

import dev.herd.data.Progress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// A file that appears under its name when it is complete, and leaves nothing behind otherwise.
final class UnfinishedFile implements WritableByteChannel {
    private final Path target;
    private final Path unfinished;
    private final FileChannel channel;
    private final Progress.Task task;

    private UnfinishedFile(Path target, Path unfinished, FileChannel channel, Progress.Task task) {
        this.target = target;
        this.unfinished = unfinished;
        this.channel = channel;
        this.task = task;
    }

    /// @param task hears of every byte
    static UnfinishedFile create(Path target, Progress.Task task) throws IOException {
        Path unfinished = target.resolveSibling(target.getFileName() + ".incomplete");
        FileChannel channel = FileChannel.open(
                unfinished, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        return new UnfinishedFile(target, unfinished, channel, task);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int written = channel.write(source);
        task.advance(written);
        return written;
    }

    /// Goes on at a place further on; what lies between is zero.
    void skipTo(long place) throws IOException {
        task.advance(place - channel.position());
        channel.position(place);
    }

    /// Brings the file to disk and gives it its name, in place of what had it.
    void finish() throws IOException {
        channel.force(true);
        channel.close();
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(unfinished);
    }
}
