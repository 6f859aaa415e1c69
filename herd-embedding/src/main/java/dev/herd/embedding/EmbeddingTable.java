package dev.herd.embedding;

import dev.herd.numerics.OffHeap;
import dev.herd.numerics.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One table: its rows and the optimizer's state beside them. To score, rows can be held in another format than they
/// were
/// trained in.
///
/// **Shapes**: weights `[rows, dim]` in the table's format; a state `[rows, width]` fp32; both row-major without gaps,
/// so a range of rows is one run of bytes.
/// **Owner**: its collection.
public final class EmbeddingTable {
    private static final int INIT_ELEMENTS = 1 << 18;

    private final EmbeddingBagConfig config;
    private final StoredRows trained;
    private final long stream;
    private final List<EmbeddingOptimizer.State> states;
    private final List<MemorySegment> stateSegments = new ArrayList<>();
    private StoredRows rows;
    private RowFormat format;
    private @Nullable Arena own;

    private EmbeddingTable(
            EmbeddingBagConfig config, StoredRows rows, List<EmbeddingOptimizer.State> states, Arena arena) {
        this.config = config;
        this.trained = rows;
        this.rows = rows;
        this.format = config.precision();
        this.stream = RowInit.tableStream(config.name());
        this.states = states;
        for (EmbeddingOptimizer.State state : states) {
            long numbers = Math.multiplyExact(config.numEmbeddings(), (long) state.width(config.embeddingDim()));
            stateSegments.add(OffHeap.allocate(arena, Math.multiplyExact(numbers, (long) Float.BYTES)));
        }
    }

    static EmbeddingTable create(
            EmbeddingBagConfig config, EmbeddingOptimizer optimizer, long seed, WorkerPool pool, Arena arena) {
        MemorySegment weights = OffHeap.allocate(arena, bytes(config, config.precision()));
        StoredRows rows = StoredRows.of(config.precision(), weights, config.numEmbeddings(), config.embeddingDim());
        EmbeddingTable table = new EmbeddingTable(config, rows, optimizer.states(), arena);
        if (!(config.init() instanceof RowInit.Zeros)) {
            table.initialize(seed, pool);
        }
        return table;
    }

    private static long bytes(EmbeddingBagConfig config, RowFormat format) {
        return Math.multiplyExact(config.numEmbeddings(), format.rowBytes(config.embeddingDim()));
    }

    private void initialize(long seed, WorkerPool pool) {
        int dim = dim();
        long perTask = Math.max(1, INIT_ELEMENTS / dim);
        int tasks = Math.toIntExact(Math.ceilDiv(rows(), perTask));
        pool.run(tasks, task -> {
            float[] row = new float[dim];
            long end = Math.min(rows(), (task + 1) * perTask);
            for (long r = task * perTask; r < end; r++) {
                config.init().row(seed, stream, r, row, dim);
                rows.write(r, MemorySegment.ofArray(row), 0);
            }
        });
    }

    public EmbeddingBagConfig config() {
        return config;
    }

    public String name() {
        return config.name();
    }

    /// R, the number of rows.
    public long rows() {
        return config.numEmbeddings();
    }

    /// D, the width of a row.
    public int dim() {
        return config.embeddingDim();
    }

    /// How the rows lie now.
    public RowFormat precision() {
        return format;
    }

    /// Holds the rows in a format, rounded to the nearest from how they were trained. For scoring alone.
    ///
    /// **Throws** `IllegalStateException` when an optimizer keeps state beside the rows: it would go on from
    /// rounded ones.
    @SuppressWarnings("MustBeClosedChecker") // close() closes whichever arena is current
    public void hold(RowFormat wanted) {
        if (!states.isEmpty()) {
            throw new IllegalStateException(
                    "table '" + name() + "' is being trained; rows are rounded for scoring alone");
        }
        Arena before = own;
        if (wanted == config.precision()) {
            rows = trained;
            own = null;
        } else {
            own = Arena.ofShared();
            rows = StoredRows.of(wanted, OffHeap.allocate(own, bytes(config, wanted)), rows(), dim());
            convert(trained, rows);
        }
        format = wanted;
        if (before != null) {
            before.close();
        }
    }

    /// Takes over rows that lie in a format, rounded to the nearest in the table's own.
    ///
    /// **Shapes**: `[rows, bytes of a row in that format]`.
    public void take(RowFormat from, MemorySegment bytes) {
        convert(StoredRows.of(from, bytes, rows(), dim()), rows);
    }

    private void convert(StoredRows from, StoredRows to) {
        MemorySegment row = MemorySegment.ofArray(new float[dim()]);
        for (long r = 0; r < rows(); r++) {
            from.read(r, row, 0);
            to.write(r, row, 0);
        }
    }

    /// Frees what [#hold] allocated.
    void close() {
        if (own != null) {
            own.close();
        }
    }

    /// All weights, `[rows, dim]`, or `[rows, bytes of a row]` where they are packed.
    public MemorySegment weights() {
        return rows.bytes();
    }

    /// Rows `first .. first+count-1` of the weights, to read or to write.
    public MemorySegment weights(long first, long count) {
        return slice(rows.bytes(), first, count, rows.stride());
    }

    /// What the optimizer keeps beside the weights.
    public List<EmbeddingOptimizer.State> states() {
        return states;
    }

    /// All numbers of a state, `[rows, width]` fp32.
    ///
    /// **Throws** `IllegalArgumentException` naming the states there are.
    public MemorySegment state(String name) {
        return stateSegments.get(stateIndex(name));
    }

    /// Rows `first .. first+count-1` of a state, to read or to write.
    public MemorySegment state(String name, long first, long count) {
        int index = stateIndex(name);
        return slice(stateSegments.get(index), first, count, states.get(index).width(dim()) * (long) Float.BYTES);
    }

    private int stateIndex(String name) {
        for (int i = 0; i < states.size(); i++) {
            if (states.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new IllegalArgumentException("table '" + name() + "' has no state '" + name + "'; it has "
                + states.stream().map(EmbeddingOptimizer.State::name).toList());
    }

    private MemorySegment slice(MemorySegment all, long first, long count, long stride) {
        if (first < 0 || count < 0 || first + count > rows()) {
            throw new IndexOutOfBoundsException(
                    "rows " + first + " to " + (first + count) + " of table '" + name() + "' with " + rows());
        }
        return all.asSlice(first * stride, count * stride);
    }

    /// A copy of one row, widened to fp32.
    public float[] row(long id) {
        if (id < 0 || id >= rows()) {
            throw new IndexOutOfBoundsException("row " + id + " of table '" + name() + "' with " + rows());
        }
        float[] row = new float[dim()];
        rows.read(id, MemorySegment.ofArray(row), 0);
        return row;
    }

    /// Random stream of the table.
    long stream() {
        return stream;
    }

    StoredRows stored() {
        return rows;
    }

    MemorySegment stateSegment(int index) {
        return stateSegments.get(index);
    }

    /// Numbers per row of the states; all states of an optimizer have the same width.
    int stateWidth() {
        return states.isEmpty() ? 0 : states.getFirst().width(dim());
    }
}
