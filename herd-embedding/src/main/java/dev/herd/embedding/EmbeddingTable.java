package dev.herd.embedding;

import dev.herd.numerics.ElementType;
import dev.herd.numerics.OffHeap;
import dev.herd.numerics.WorkerPool;
import dev.herd.numerics.kernel.Rows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// One table: its rows and the optimizer's state beside them.
///
/// **Shapes**: weights `[rows, dim]` of the table's precision; a state `[rows, width]` fp32; both row-major without
/// gaps, so a range of rows is one run of bytes.
/// **Owner**: its collection.
public final class EmbeddingTable {
    private static final int INIT_ELEMENTS = 1 << 18;

    private final EmbeddingBagConfig config;
    private final Rows rows;
    private final long stream;
    private final List<EmbeddingOptimizer.State> states;
    private final List<MemorySegment> stateSegments = new ArrayList<>();

    private EmbeddingTable(EmbeddingBagConfig config, Rows rows, List<EmbeddingOptimizer.State> states, Arena arena) {
        this.config = config;
        this.rows = rows;
        this.stream = RowInit.tableStream(config.name());
        this.states = states;
        for (EmbeddingOptimizer.State state : states) {
            long numbers = Math.multiplyExact(config.numEmbeddings(), (long) state.width(config.embeddingDim()));
            stateSegments.add(OffHeap.allocate(arena, Math.multiplyExact(numbers, (long) Float.BYTES)));
        }
    }

    static EmbeddingTable create(
            EmbeddingBagConfig config, EmbeddingOptimizer optimizer, long seed, WorkerPool pool, Arena arena) {
        long elements = Math.multiplyExact(config.numEmbeddings(), (long) config.embeddingDim());
        MemorySegment weights = OffHeap.allocate(
                arena, Math.multiplyExact(elements, (long) config.precision().bytes()));
        Rows rows = new Rows(weights, config.precision(), config.numEmbeddings(), config.embeddingDim());
        EmbeddingTable table = new EmbeddingTable(config, rows, optimizer.states(), arena);
        if (!(config.init() instanceof RowInit.Zeros)) {
            table.initialize(seed, pool);
        }
        return table;
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
                for (int d = 0; d < dim; d++) {
                    precision().set(rows.values(), r * dim + d, row[d]);
                }
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

    public ElementType precision() {
        return config.precision();
    }

    /// All weights, `[rows, dim]`.
    public MemorySegment weights() {
        return rows.values();
    }

    /// Rows `first .. first+count-1` of the weights, to read or to write.
    public MemorySegment weights(long first, long count) {
        return slice(rows.values(), first, count, rows.stride());
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
        for (int d = 0; d < row.length; d++) {
            row[d] = precision().get(rows.values(), id * row.length + d);
        }
        return row;
    }

    /// Random stream of the table.
    long stream() {
        return stream;
    }

    Rows stored() {
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
