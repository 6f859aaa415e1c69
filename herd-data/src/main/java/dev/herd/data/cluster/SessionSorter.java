package dev.herd.data.cluster;

import dev.herd.data.Batch;
import dev.herd.data.FeatureSchema;
import dev.herd.data.Folders;
import dev.herd.data.InputException;
import dev.herd.data.Progress;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/// Orders any number of rows by split and [SessionOrder] in a stated memory.
///
/// Rows fill a buffer; a full buffer is sorted and written to a file, a run; at the end the runs are
/// merged. The order is total, so it does not depend on the memory.
///
/// **Owner**: used by one thread at a time; whoever created it closes it, which removes its files.
public final class SessionSorter implements AutoCloseable {
    /// What a run needs in memory while it is merged: blocks packed and unpacked, and the streams' buffers.
    private static final long CURSOR_BYTES = 3L * RunWriter.BLOCK_BYTES;

    private final RowRecord record;
    private final Path folder;
    private final int fanIn;
    private final RecordBuffer buffer;
    private final Progress progress;
    private final List<String> splits = new ArrayList<>();
    private final List<Path> runs = new ArrayList<>();
    private long rows;
    private int files;

    private SessionSorter(FeatureSchema schema, Path folder, long memory, Progress progress) {
        record = new RowRecord(schema);
        this.folder = folder;
        this.progress = progress;
        fanIn = (int) Math.clamp(memory / CURSOR_BYTES, 2, 1024);
        buffer = new RecordBuffer(record, memory / 5 * 4);
    }

    /// @param folder for temporary files; made when it is needed and removed at the end
    /// @param memory bytes that rows being sorted, or runs being merged, may take
    public static SessionSorter create(FeatureSchema schema, Path folder, long memory, Progress progress) {
        Folders.remove(folder);
        return new SessionSorter(schema, folder, memory, progress);
    }

    /// Takes the batches of one split in their new order.
    public interface Sink {
        void accept(String split, Batch batch);
    }

    /// Adds rows.
    public void add(String split, Batch batch) {
        int number = splits.indexOf(split);
        if (number < 0) {
            if (splits.size() == RecordBuffer.MAX_SPLITS) {
                throw new IllegalArgumentException("a clustered dataset has at most " + RecordBuffer.MAX_SPLITS
                        + " splits; " + split + " would be one more than " + splits);
            }
            number = splits.size();
            splits.add(split);
        }
        for (int row = 0; row < batch.size(); row++) {
            if (!buffer.add(batch, row, number)) {
                spill();
                buffer.add(batch, row, number);
            }
        }
        rows += batch.size();
    }

    private void spill() {
        try (RunWriter run = new RunWriter(newFile());
                Progress.Task task = progress.start("spill", buffer.rows(), "rows")) {
            task.note("run", runs.size());
            int count = buffer.rows();
            buffer.drain(run::add);
            run.finish();
            task.advance(count);
        }
    }

    private Path newFile() {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new InputException(
                    folder + ": the folder for temporary files cannot be made: " + e.getMessage()
                            + "; --temp names another place",
                    e);
        }
        Path file = folder.resolve(String.format("run-%05d", files++));
        runs.add(file);
        return file;
    }

    /// Number of files written so far.
    public int runs() {
        return files;
    }

    /// Hands all rows out, split by split, in batches.
    public void drain(Sink sink) {
        try (Progress.Task task = progress.start("cluster", rows, "rows")) {
            Batches batches = new Batches(sink, task);
            if (runs.isEmpty()) {
                buffer.drain(batches);
            } else {
                if (buffer.rows() > 0) {
                    spill();
                }
                buffer.close();
                while (runs.size() > fanIn) {
                    mergeFirst();
                }
                merge(List.copyOf(runs), batches);
            }
            batches.flush();
        }
    }

    /// Replaces the first runs by one, which keeps the order of arrival.
    private void mergeFirst() {
        List<Path> first = List.copyOf(runs.subList(0, fanIn));
        Path merged = newFile();
        try (RunWriter run = new RunWriter(merged)) {
            merge(first, run::add);
            run.finish();
        }
        runs.removeLast();
        runs.subList(0, fanIn).clear();
        runs.addFirst(merged);
        for (Path file : first) {
            try {
                Files.delete(file);
            } catch (IOException e) {
                throw new InputException(file + ": cannot be removed: " + e.getMessage(), e);
            }
        }
    }

    private static void merge(List<Path> files, RecordSink sink) {
        List<RunCursor> cursors = new ArrayList<>();
        try {
            PriorityQueue<RunCursor> queue = new PriorityQueue<>();
            for (Path file : files) {
                RunCursor cursor = new RunCursor(file, cursors.size());
                cursors.add(cursor);
                if (cursor.next()) {
                    queue.add(cursor);
                }
            }
            for (RunCursor least = queue.poll(); least != null; least = queue.poll()) {
                do {
                    sink.accept(least.block(), least.at());
                    if (!least.next()) {
                        break;
                    }
                    RunCursor next = queue.peek();
                    if (next != null && least.compareTo(next) > 0) {
                        queue.add(least);
                        break;
                    }
                } while (true);
            }
        } finally {
            cursors.forEach(RunCursor::close);
        }
    }

    /// Cuts the stream of records into batches of one split.
    private final class Batches implements RecordSink {
        private final RowCollector collector = new RowCollector(record);
        private final Sink sink;
        private final Progress.Task task;
        private int split;

        Batches(Sink sink, Progress.Task task) {
            this.sink = sink;
            this.task = task;
        }

        @Override
        public void accept(MemorySegment memory, long at) {
            int of = RowRecord.split(memory, at);
            if (of != split || collector.isFull()) {
                flush();
            }
            split = of;
            collector.add(memory, at);
        }

        void flush() {
            if (!collector.isEmpty()) {
                Batch batch = collector.take();
                task.advance(batch.size());
                sink.accept(splits.get(split), batch);
            }
        }
    }

    @Override
    public void close() {
        buffer.close();
        Folders.remove(folder);
    }
}
