package dev.herd.data.dataset;

import dev.hardwood.HardwoodContext;
import dev.herd.data.Batch;
import dev.herd.data.BatchReader;
import dev.herd.data.InputException;
import dev.herd.data.ReadFigures;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Decodes windows and assembles batches on its own threads, a bounded number ahead of the caller.
///
/// Memory: the window being read and the next one, plus a few batches per thread.
final class DatasetReader implements BatchReader {
    private final Dataset dataset;
    private final String split;
    private final ReadPlan plan;
    private final ReadOptions options;
    private final BatchAssembler assembler;
    private final ExecutorService workers;
    private final HardwoodContext hardwood;
    private final int ahead;
    private final ReadMeter meter = new ReadMeter();

    private final ArrayDeque<CompletableFuture<Batch>> pending = new ArrayDeque<>();
    private final Map<Integer, CompletableFuture<Loaded>> windows = new HashMap<>();
    private long scheduled;
    private long position;
    private int window;

    DatasetReader(Dataset dataset, String split, ReadPlan plan, ReadOptions options) {
        this.dataset = dataset;
        this.split = split;
        this.plan = plan;
        this.options = options;
        assembler = new BatchAssembler(dataset.layout(), options.groups());
        workers = Executors.newFixedThreadPool(
                options.threads(),
                Thread.ofPlatform().daemon().name("herd-read-", 0).factory());
        hardwood = HardwoodContext.create(options.threads());
        ahead = options.threads() + 2;
        scheduled = Math.min(options.startRow(), plan.rows());
        position = scheduled;
    }

    @Override
    public Optional<Batch> next() {
        while (pending.size() < ahead && schedule()) {}
        CompletableFuture<Batch> first = pending.poll();
        if (first == null) {
            return Optional.empty();
        }
        Batch batch = result(first);
        position += batch.size();
        meter.handedOut(batch.features());
        return Optional.of(batch);
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public ReadFigures figures() {
        return meter.figures();
    }

    @Override
    public void close() {
        workers.shutdownNow();
        try {
            workers.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        hardwood.close();
    }

    private static Batch result(CompletableFuture<Batch> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof InputException input) {
                throw input;
            }
            throw e;
        }
    }

    /// Starts work on the next batch; false at the end of the split.
    private boolean schedule() {
        long left = plan.rows() - scheduled;
        if (left <= 0 || options.dropLast() && left < options.batchSize()) {
            return false;
        }
        int size = (int) Math.min(left, options.batchSize());
        List<Slice> slices = new ArrayList<>(1);
        List<CompletableFuture<Loaded>> needed = new ArrayList<>(1);
        for (int taken = 0; taken < size; ) {
            while (end(window) <= scheduled) {
                release(windows.remove(window++));
            }
            long from = scheduled - plan.windows().get(window).start();
            int count = (int) Math.min(size - taken, end(window) - scheduled);
            slices.add(new Slice((int) from, count));
            needed.add(load(window));
            taken += count;
            scheduled += count;
        }
        if (window + 1 < plan.windows().size()) {
            load(window + 1);
        }
        pending.add(CompletableFuture.allOf(needed.toArray(CompletableFuture[]::new))
                .thenApplyAsync(done -> assemble(slices, needed, size), workers));
        return true;
    }

    private long end(int number) {
        ReadPlan.Window at = plan.windows().get(number);
        return at.start() + at.rows();
    }

    /// Rows `[from, from+count)` of a window, in reading order.
    private record Slice(int from, int count) {}

    private Batch assemble(List<Slice> slices, List<CompletableFuture<Loaded>> loaded, int size) {
        long start = System.nanoTime();
        RowBlock[] blocks = new RowBlock[size];
        int[] rows = new int[size];
        int at = 0;
        for (int s = 0; s < slices.size(); s++) {
            loaded.get(s).join().locate(slices.get(s), blocks, rows, at);
            at += slices.get(s).count();
        }
        Batch batch = assembler.assemble(blocks, rows);
        meter.converted(System.nanoTime() - start, batch.features());
        return batch;
    }

    private CompletableFuture<Loaded> load(int number) {
        return windows.computeIfAbsent(number, key -> {
            ReadPlan.Window at = plan.windows().get(number);
            List<RowBlock> kept = plan.wholeSplit() ? dataset.cached(split) : null;
            if (kept != null) {
                return CompletableFuture.supplyAsync(() -> held(new Loaded(kept, at.order(options, kept))), workers);
            }
            List<CompletableFuture<RowBlock>> blocks = at.groups().stream()
                    .map(group -> CompletableFuture.supplyAsync(() -> decode(group), workers))
                    .toList();
            return CompletableFuture.allOf(blocks.toArray(CompletableFuture[]::new))
                    .thenApplyAsync(done -> loaded(at, blocks), workers);
        });
    }

    private RowBlock decode(ReadPlan.Group group) {
        long start = System.nanoTime();
        dataset.checkContent(group.part());
        RowBlock block = RowBlockDecoder.decode(dataset.layout(), dataset.file(group.part()), group.meta(), hardwood);
        meter.filled(System.nanoTime() - start);
        return block;
    }

    private Loaded loaded(ReadPlan.Window at, List<CompletableFuture<RowBlock>> futures) {
        List<RowBlock> blocks = futures.stream().map(CompletableFuture::join).toList();
        if (plan.wholeSplit()) {
            dataset.keep(
                    split, blocks, blocks.stream().mapToLong(RowBlock::bytes).sum());
        }
        return held(new Loaded(blocks, at.order(options, blocks)));
    }

    private Loaded held(Loaded window) {
        meter.held(window.bytes());
        return window;
    }

    private void release(@Nullable CompletableFuture<Loaded> window) {
        if (window != null) {
            window.thenAccept(loaded -> meter.released(loaded.bytes()));
        }
    }

    /// A window in memory.
    private static final class Loaded {
        private final RowBlock[] blocks;
        private final int[] starts;
        private final int @Nullable [] order;

        Loaded(List<RowBlock> blocks, int @Nullable [] order) {
            this.blocks = blocks.toArray(RowBlock[]::new);
            this.order = order;
            starts = new int[this.blocks.length];
            for (int i = 1; i < starts.length; i++) {
                starts[i] = starts[i - 1] + this.blocks[i - 1].rows();
            }
        }

        long bytes() {
            return Arrays.stream(blocks).mapToLong(RowBlock::bytes).sum();
        }

        void locate(Slice slice, RowBlock[] toBlocks, int[] toRows, int to) {
            int last = 0;
            for (int i = 0; i < slice.count(); i++) {
                int row = order == null ? slice.from() + i : order[slice.from() + i];
                last = blockOf(row, last);
                toBlocks[to + i] = blocks[last];
                toRows[to + i] = row - starts[last];
            }
        }

        private int blockOf(int row, int guess) {
            if (row >= starts[guess] && row - starts[guess] < blocks[guess].rows()) {
                return guess;
            }
            int found = Arrays.binarySearch(starts, row);
            return found >= 0 ? found : -found - 2;
        }
    }
}
