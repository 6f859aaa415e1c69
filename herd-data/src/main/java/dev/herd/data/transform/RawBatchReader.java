package dev.herd.data.transform;

import dev.herd.data.Batch;
import dev.herd.data.BatchReader;
import dev.herd.data.Features;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.data.ReadFigures;
import dev.herd.data.dedup.DedupGroups;
import dev.herd.data.raw.FaultLog;
import dev.herd.data.raw.OrderedPipe;
import dev.herd.data.raw.RawBlock;
import dev.herd.data.raw.RawFault;
import dev.herd.data.raw.RawInput;
import dev.herd.data.raw.RawReader;
import dev.herd.data.transform.RowEncoder.Encoded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Batches straight from raw files, in the order of their rows, for prediction on new data and for
/// single-pass training without a prepared dataset.
public final class RawBatchReader implements BatchReader {
    private final OrderedPipe<Piece> pieces;
    private final int batchSize;
    private final FaultLog faults;
    private final List<String> windows;
    private ReadFigures figures = ReadFigures.NONE;
    private Piece current = Piece.NONE;
    private int offset;
    private long position;
    private long[] lines = new long[0];

    /// @param windows features whose distinct rows a batch holds as windows besides
    private RawBatchReader(OrderedPipe<Piece> pieces, int batchSize, FaultLog faults, List<String> windows) {
        this.pieces = pieces;
        this.batchSize = batchSize;
        this.faults = faults;
        this.windows = windows;
    }

    /// @param work what its making took and saved, as figures of no rows
    private record Piece(Batch batch, long[] lines, List<RawFault> faults, ReadFigures work) {
        static final Piece NONE = new Piece(
                new Batch(
                        new Features(0, new float[0], KeyedJaggedTensor.of(List.of(), 0, new long[0], new int[1])),
                        new float[0],
                        new long[0],
                        new long[0]),
                new long[0],
                List.of(),
                ReadFigures.NONE);
    }

    /// @param features fitted transforms, for example a dataset's
    /// @param labelled false when the files have no targets; they become 0
    /// @param faults decides what happens to malformed rows
    public static RawBatchReader open(
            RawInput input, FittedFeatures features, boolean labelled, int batchSize, int threads, FaultLog faults) {
        return open(input, features, labelled, batchSize, threads, faults, DedupGroups.NONE);
    }

    /// @param groups features whose equal rows each batch holds once
    public static RawBatchReader open(
            RawInput input,
            FittedFeatures features,
            boolean labelled,
            int batchSize,
            int threads,
            FaultLog faults,
            DedupGroups groups) {
        if (batchSize <= 0) {
            throw new IllegalArgumentException("batchSize must be positive, got " + batchSize);
        }
        groups.check(features.schema(), "input");
        RawReader reader = RawReader.open(input, "input");
        RowEncoder encoder = RowEncoder.create(features, reader.columns(), labelled);
        return new RawBatchReader(
                OrderedPipe.create(reader, threads, block -> piece(encoder, block, groups)),
                batchSize,
                faults,
                groups.windows());
    }

    private static Piece piece(RowEncoder encoder, RawBlock block, DedupGroups groups) {
        long start = System.nanoTime();
        Encoded encoded = encoder.encode(block, row -> true);
        long transformed = System.nanoTime();
        Batch batch = groups.isEmpty() ? encoded.batch() : encoded.batch().grouped(groups.groups());
        ReadFigures work = new ReadFigures(
                0,
                0,
                0,
                (System.nanoTime() - transformed) * 1e-9,
                (transformed - start) * 1e-9,
                0,
                0,
                0,
                0,
                0,
                encoded.cells(),
                encoded.repeated());
        long[] lines = new long[encoded.rows().length];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = block.lines()[encoded.rows()[i]];
        }
        List<RawFault> all = new ArrayList<>(block.faults());
        all.addAll(encoded.faults());
        all.sort(Comparator.comparingLong(RawFault::line));
        return new Piece(batch, lines, all, work);
    }

    @Override
    public Optional<Batch> next() {
        List<Batch> parts = new ArrayList<>();
        long[] taken = new long[batchSize];
        int size = 0;
        while (size < batchSize && fetch()) {
            int count = Math.min(batchSize - size, current.lines().length - offset);
            parts.add(current.batch().slice(offset, offset + count));
            System.arraycopy(current.lines(), offset, taken, size, count);
            offset += count;
            size += count;
        }
        lines = Arrays.copyOf(taken, size);
        position += size;
        if (size == 0) {
            return Optional.empty();
        }
        long start = System.nanoTime();
        Batch batch = Batch.stack(parts).withWindows(windows);
        Features made = batch.features();
        figures = figures.plus(new ReadFigures(
                size,
                1,
                0,
                (System.nanoTime() - start) * 1e-9,
                0,
                made.bytes(),
                made.expandedBytes(),
                made.bytes(),
                made.expandedBytes(),
                0,
                0,
                0));
        return Optional.of(batch);
    }

    @Override
    public ReadFigures figures() {
        return figures.withFill(pieces.readNanos() * 1e-9);
    }

    /// Makes sure that the current piece has rows left; false at the end.
    private boolean fetch() {
        while (offset == current.lines().length) {
            Piece piece = pieces.next();
            if (piece == null) {
                return false;
            }
            faults.accept(piece.faults());
            figures = figures.plus(piece.work());
            current = piece;
            offset = 0;
        }
        return true;
    }

    @Override
    public long position() {
        return position;
    }

    /// The line of each row of the last batch in its file.
    public long[] lines() {
        return lines;
    }

    @Override
    public void close() {
        pieces.close();
    }
}
