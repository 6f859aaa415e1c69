package dev.herd.embedding;

import dev.herd.data.Features;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.numerics.WorkerPool;
import dev.herd.numerics.kernel.Bags;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Embedding tables of one model: pooled and unpooled lookup, and the exact fused update.
///
/// ```java
/// try (var tables = EmbeddingBagCollection.create(configs, EmbeddingOptimizer.rowWiseAdagrad(), seed,
/// pool)) { KeyedTensor pooled = tables.lookup(batch.sparse());
///     tables.backward(gradientOfPooled);
///     tables.update(0.1, 1.0);
/// }
/// ```
///
/// A step sorts the uses of rows, sums the gradients of each row, and lets each row take one optimizer
/// step. Results are the same bits for any number of threads, however often one id occurs in the batch. A
/// lookup that no `backward` follows costs nothing but the lookup.
///
/// **Units**: gradients are those of the mean loss over the batch, as the network hands them back.
/// **Errors**: sums in fp32; see [dev.herd.numerics.kernel.Pooling] and
/// [dev.herd.numerics.kernel.GradientRows].
/// **Owner**: who creates it closes it; the worker pool stays the caller's. One thread at a time.
/// **Paper**: Neo (arXiv 2104.05158), exact fused embedding optimizers.
public final class EmbeddingBagCollection implements AutoCloseable {
    /// A task stays with one table for at most this many rows of the batch, so that a small table stays in
    /// a core's cache.
    static final int ROWS_PER_TASK = 512;

    private final Arena arena = Arena.ofShared();
    private final WorkerPool pool;
    private final EmbeddingOptimizer optimizer;
    private final long seed;
    private final List<EmbeddingTable> tables;
    private final List<Slot> slots = new ArrayList<>();
    private final List<String> pooledKeys = new ArrayList<>();
    private final int[] pooledDims;
    private final int width;
    private final BoundBatch batch;
    private final SortedUses uses;
    private final RowPass pass;
    private final GrowingFloats values = new GrowingFloats();
    private final GrowingFloats masks = new GrowingFloats();
    private final GrowingFloats gradients = new GrowingFloats();
    private final BatchLayout layout;
    private final Expansion expansion;
    private int[] identity = new int[1];
    private long steps;
    private volatile boolean sawOutside;
    private @Nullable MemorySegment gradient;

    private EmbeddingBagCollection(
            List<EmbeddingBagConfig> configs, EmbeddingOptimizer optimizer, long seed, WorkerPool pool) {
        this.optimizer = optimizer;
        this.seed = seed;
        this.pool = pool;
        List<EmbeddingTable> made = new ArrayList<>();
        List<Integer> dims = new ArrayList<>();
        int column = 0;
        try {
            for (EmbeddingBagConfig config : configs) {
                for (String feature : config.features()) {
                    slots.add(Slot.pooled(slots.size(), made.size(), feature, column));
                    pooledKeys.add(feature);
                    dims.add(config.embeddingDim());
                    column = Math.addExact(column, config.embeddingDim());
                }
                for (EmbeddingBagConfig.Sequence sequence : config.sequences()) {
                    slots.add(Slot.sequence(slots.size(), made.size(), sequence));
                }
                made.add(EmbeddingTable.create(config, optimizer, seed, pool, arena));
            }
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
        this.tables = List.copyOf(made);
        this.pooledDims = dims.stream().mapToInt(Integer::intValue).toArray();
        this.width = column;
        this.layout = new BatchLayout(slots, tables);
        this.batch = new BoundBatch(slots, tables);
        this.expansion = new Expansion(batch, layout, tables, width);
        this.uses = new SortedUses(tables, slotsByTable());
        this.pass = new RowPass(tables, uses, scratches());
    }

    /// Allocates and initializes the tables.
    ///
    /// @param configs the tables; their order gives the order of the pooled features
    /// @param seed with a table's name and a row's number it gives the row's first values, and the
    ///     rounding noise
    ///
    /// **Throws** `IllegalArgumentException` when two tables have one name, or two tables pool one feature.
    public static EmbeddingBagCollection create(
            List<EmbeddingBagConfig> configs, EmbeddingOptimizer optimizer, long seed, WorkerPool pool) {
        if (configs.isEmpty()) {
            throw new IllegalArgumentException("a collection needs at least one embedding table");
        }
        Set<String> names = new HashSet<>();
        Set<String> pooled = new HashSet<>();
        Set<String> sequences = new HashSet<>();
        for (EmbeddingBagConfig config : configs) {
            if (!names.add(config.name())) {
                throw new IllegalArgumentException("two embedding tables are named '" + config.name() + "'");
            }
            config.features().forEach(feature -> addOnce(pooled, feature, config));
            config.sequences().forEach(sequence -> addOnce(sequences, sequence.feature(), config));
        }
        return new EmbeddingBagCollection(configs, optimizer, seed, pool);
    }

    private static void addOnce(Set<String> seen, String feature, EmbeddingBagConfig config) {
        if (!seen.add(feature)) {
            throw new IllegalArgumentException(
                    "feature '" + feature + "' is read twice; the second table is '" + config.name() + "'");
        }
    }

    private List<List<Slot>> slotsByTable() {
        List<List<Slot>> byTable = new ArrayList<>();
        for (int i = 0; i < tables.size(); i++) {
            int table = i;
            byTable.add(slots.stream().filter(slot -> slot.table() == table).toList());
        }
        return byTable;
    }

    private RowScratch[] scratches() {
        int widest = tables.stream().mapToInt(EmbeddingTable::dim).max().orElseThrow();
        RowScratch[] scratches = new RowScratch[pool.threads()];
        for (int i = 0; i < scratches.length; i++) {
            scratches[i] = new RowScratch(arena, widest);
        }
        return scratches;
    }

    /// The tables, in the order of their configurations.
    public List<EmbeddingTable> tables() {
        return tables;
    }

    public EmbeddingOptimizer optimizer() {
        return optimizer;
    }

    /// Updates done so far; Adam's bias correction and the rounding noise depend on it.
    public long steps() {
        return steps;
    }

    /// Goes on counting from a checkpoint.
    public void restoreSteps(long restored) {
        if (restored < 0) {
            throw new IllegalArgumentException("steps must not be negative, got " + restored);
        }
        steps = restored;
    }

    /// Looks up a batch: pools the pooled features and fetches the rows of the sequences. A gradient that
    /// no update has used is dropped, and so is what [#sequence] gave before.
    ///
    /// **Shapes**: values `[B, sum of dims]`, features in the order of the tables' configurations.
    /// **Throws** [dev.herd.data.InputException] for an id outside a table that does not allow it; the
    /// message names table, feature, row and id. `IllegalArgumentException` when the batch lacks a feature.
    public KeyedTensor lookup(KeyedJaggedTensor kjt) {
        return lookup(new Features(kjt.stride(), new float[0], kjt));
    }

    /// Like [#lookup(KeyedJaggedTensor)]; rows that a group holds once are looked up and pooled once and
    /// then written out, and their gradients are summed before the update. Of a feature that a group holds
    /// as windows each id of the lists is looked up once. A sequence that is wanted by unique rows stays so.
    ///
    /// **Errors**: windows are summed in another order than rows ([dev.herd.numerics.kernel.WindowSums]); all
    /// else has the same bits as without groups, gradients up to the order of equal rows.
    /// **Paper**: RecD (arXiv 2211.05239), optimization O5 and partial deduplication.
    public KeyedTensor lookup(Features features) {
        gradient = null;
        batch.bind(features);
        sawOutside = false;
        MemorySegment out = poolAll();
        if (sawOutside) {
            batch.correct();
            sawOutside = false;
            out = poolAll();
        }
        int size = batch.size();
        return new KeyedTensor(pooledKeys, pooledDims, size, out.asSlice(0, (long) size * width * Float.BYTES));
    }

    private MemorySegment poolAll() {
        int size = batch.size();
        MemorySegment out = values.atLeast(layout.place(batch, width));
        masks.atLeast(layout.positions());
        countTo(layout.mostIds());
        int chunks = Math.ceilDiv(size, ROWS_PER_TASK);
        pool.run(slots.size() * chunks, task -> {
            lookup(slots.get(task / chunks), task % chunks, chunks, out);
        });
        if (!sawOutside) {
            expansion.expand(out, pool);
        }
        return out;
    }

    private int dim(Slot slot) {
        return tables.get(slot.table()).dim();
    }

    /// Looks up one of equal shares of a slot's rows.
    private void lookup(Slot slot, int chunk, int chunks, MemorySegment out) {
        WindowParts parts = batch.parts(slot);
        if (parts != null) {
            expansion.windows(slot, parts, chunk, chunks, out);
            return;
        }
        int first = Math.toIntExact((long) batch.rows(slot) * chunk / chunks);
        int count = Math.toIntExact((long) batch.rows(slot) * (chunk + 1) / chunks) - first;
        if (count == 0) {
            return;
        }
        if (!batch.inRange(slot, first, count)) {
            sawOutside = true;
        } else if (slot.pooled()) {
            EmbeddingTable table = tables.get(slot.table());
            boolean own = batch.numbers(slot) == null;
            int step = own ? width : table.dim();
            long at = (long) first * step + (own ? slot.column() : layout.at(slot));
            table.stored().pool(batch.bags(slot), batch.base(slot) + first, count, out, at, step);
        } else {
            fetch(slot, first, count, out);
        }
    }

    /// Does one table's part of the last lookup again, to the same place, so that its time can be measured.
    ///
    /// **Throws** `IllegalArgumentException` when the table is not of this collection.
    public void lookupAgain(EmbeddingTable table) {
        int number = tables.indexOf(table);
        if (number < 0) {
            throw new IllegalArgumentException("the collection has no table '" + table.name() + "'");
        }
        MemorySegment out = values.segment();
        List<Slot> own = slots.stream().filter(slot -> slot.table() == number).toList();
        int chunks = Math.ceilDiv(batch.size(), ROWS_PER_TASK);
        pool.run(own.size() * chunks, task -> lookup(own.get(task / chunks), task % chunks, chunks, out));
    }

    /// Makes [#identity] reach as far as the largest number of an id.
    private void countTo(int ids) {
        if (ids >= identity.length) {
            identity = new int[ids + ids / 4 + 1];
            java.util.Arrays.setAll(identity, i -> i);
        }
    }

    /// Copies the rows of a sequence's ids in batch rows `first .. first+count-1`, every id a bag of its
    /// own, behind the zeros that pad them.
    private void fetch(Slot slot, int first, int count, MemorySegment out) {
        EmbeddingTable table = tables.get(slot.table());
        Bags each = new Bags(batch.bags(slot).ids(), identity, null, false);
        int longest = layout.length(slot);
        int dim = table.dim();
        MemorySegment mask = masks.segment();
        for (int b = first; b < first + count; b++) {
            int from = batch.first(slot, b);
            int ids = batch.end(slot, b) - from;
            int blank = longest - ids;
            long at = layout.at(slot) + (long) b * longest * dim;
            out.asSlice(at * Float.BYTES, (long) blank * dim * Float.BYTES).fill((byte) 0);
            table.stored().pool(each, from, ids, out, at + (long) blank * dim, dim);
            long place = layout.maskAt(slot) + (long) b * longest;
            for (int t = 0; t < longest; t++) {
                mask.setAtIndex(ValueLayout.JAVA_FLOAT, place + t, t < blank ? 0 : 1);
            }
        }
    }

    /// The rows that the last lookup fetched for an unpooled feature.
    ///
    /// **Throws** `IllegalArgumentException` when no table lists the feature among its sequences.
    public SequenceEmbedding sequence(String feature) {
        Slot slot = sequenceSlot(feature);
        int length = layout.length(slot);
        int rows = batch.rows(slot);
        long positions = (long) rows * length;
        return new SequenceEmbedding(
                feature,
                dim(slot),
                length,
                rows,
                batch.numbers(slot),
                layout.part(slot, values.segment(), rows),
                masks.segment().asSlice(layout.maskAt(slot) * Float.BYTES, positions * Float.BYTES));
    }

    private Slot sequenceSlot(String feature) {
        for (Slot slot : slots) {
            if (!slot.pooled() && slot.key().equals(feature)) {
                return slot;
            }
        }
        throw new IllegalArgumentException("no table lists '" + feature + "' among its sequences; there are "
                + slots.stream().filter(s -> !s.pooled()).map(Slot::key).toList());
    }

    /// Room for the gradient of the last lookup's pooled values, for [#backward()]; what it holds is left
    /// over from before.
    ///
    /// **Shapes**: fp32 `[B, sum of dims]`.
    public MemorySegment pooledGradient() {
        return gradients.atLeast(layout.floats()).asSlice(0, pooledBytes());
    }

    /// Room for the gradient of a sequence of the last lookup, for [#backward()]; what it holds is left
    /// over from before. Where the sequence is padded it is not read.
    ///
    /// **Shapes**: fp32 `[B, T, dim]`, the layout of [#sequence].
    public MemorySegment sequenceGradient(String feature) {
        Slot slot = sequenceSlot(feature);
        return layout.part(slot, gradients.atLeast(layout.floats()), batch.rows(slot));
    }

    /// Sorts the uses of rows for the gradients that were written to [#pooledGradient] and
    /// [#sequenceGradient] since the last lookup. Nothing is copied: leave them unchanged until [#update].
    public void backward() {
        take(gradients.atLeast(layout.floats()));
    }

    /// Like [#backward()], for a gradient of the last lookup's pooled values that lies in the caller's
    /// memory.
    ///
    /// **Throws** `IllegalArgumentException` when tables have sequences.
    public void backward(MemorySegment pooledGradient) {
        if (slots.size() > pooledKeys.size()) {
            throw new IllegalArgumentException(
                    "with sequences, write the gradients to pooledGradient() and sequenceGradient(feature)");
        }
        if (batch.size() >= 0 && pooledGradient.byteSize() != pooledBytes()) {
            throw new IllegalArgumentException("the gradient of [" + batch.size() + ", " + width + "] must have "
                    + pooledBytes() + " bytes, got " + pooledGradient.byteSize());
        }
        boolean asItLies =
                batch.size() < 0 || pooledGradient.isNative() && batch.shared().isEmpty();
        if (asItLies) {
            take(pooledGradient);
        } else {
            pooledGradient().copyFrom(pooledGradient);
            backward();
        }
    }

    private long pooledBytes() {
        return (long) batch.size() * width * Float.BYTES;
    }

    private void take(MemorySegment written) {
        if (batch.size() < 0) {
            throw new IllegalStateException("backward needs a lookup first");
        }
        if (gradient != null) {
            throw new IllegalStateException("backward was called twice; update comes in between");
        }
        gradient = written;
        expansion.collect(written, pool);
        uses.sort(batch, width, layout, pool);
    }

    private MemorySegment pending() {
        MemorySegment pending = gradient;
        if (pending == null) {
            throw new IllegalStateException("there is no gradient: call lookup, then backward");
        }
        return pending;
    }

    /// Squared Euclidean norm of all tables' gradients after [#backward], L2 terms included, as clipping
    /// by the global norm needs it. It reads the batch's rows; skip it when nothing is clipped.
    public double squaredGradientNorm() {
        MemorySegment pending = pending();
        float l2 = RowUpdate.l2(optimizer);
        double[] sums;
        if (optimizer.everyRow() && l2 != 0) {
            sums = new double[pass.everyRowChunks()];
            pass.everyRow(pool, pending, new RowUpdate.Norm(sums, l2));
        } else {
            sums = new double[pass.usedChunks()];
            pass.used(pool, pending, l2 != 0, new RowUpdate.Norm(sums, l2));
        }
        double total = 0;
        for (double sum : sums) {
            total += sum;
        }
        return total;
    }

    /// One optimizer step on every row that the batch used, or on every row if the optimizer says so.
    ///
    /// @param gradientScale factor on the gradient, L2 term included; 1 unless the gradient is clipped
    public void update(double learningRate, double gradientScale) {
        MemorySegment pending = pending();
        steps++;
        RowUpdate update = new RowUpdate(optimizer, learningRate, gradientScale, steps, seed);
        if (optimizer.everyRow()) {
            pass.everyRow(pool, pending, update);
        } else {
            pass.used(pool, pending, true, update);
        }
        gradient = null;
    }

    @Override
    public void close() {
        values.close();
        masks.close();
        gradients.close();
        tables.forEach(EmbeddingTable::close);
        arena.close();
    }
}
