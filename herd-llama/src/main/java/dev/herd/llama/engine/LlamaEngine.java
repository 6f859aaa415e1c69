package dev.herd.llama.engine;

import dev.herd.data.InputException;
import dev.herd.llama.engine.WeightProduct.Target;
import dev.herd.llama.weights.LlamaConfig;
import dev.herd.llama.weights.LoraFile.Place;
import dev.herd.llama.weights.Role;
import dev.herd.llama.weights.WeightFile;
import dev.herd.llama.weights.WeightTensor;
import dev.herd.numerics.WorkerPool;
import dev.herd.numerics.kernel.GatedUnit;
import dev.herd.numerics.kernel.RmsNorm;
import dev.herd.numerics.kernel.RowMath;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// The forward pass of a Llama model over batches of tokens of many sequences.
///
/// The logits of a token have the same bits whatever is computed beside it, in whatever chunks its prompt
/// came, and whether its prefix was computed or shared.
///
/// **Owner**: who opens it closes it, before the weight file. One thread at a time may call it.
/// **Paper**: The Llama 3 Herd of Models (arXiv 2407.21783), section 3.2.
public final class LlamaEngine implements AutoCloseable {
    private static final int PIECE = 512;

    /// Rows of activations that one task takes.
    private static final int ROWS = 8;

    private final WeightFile file;
    private final LlamaConfig config;
    private final EngineOptions options;
    private final Arena arena;
    private final WorkerPool pool;
    private final KvPages pages;
    private final PrefixCache prefixes;
    private final Attention[] attention;
    private final WeightProduct product;
    private final LowRank adapters;
    private final RotaryAngles angles;
    private final MemorySegment[] norms;

    // activations, one row for each token of a step
    private final MemorySegment x;
    private final MemorySegment normed;
    private final MemorySegment query;
    private final MemorySegment key;
    private final MemorySegment value;
    private final MemorySegment mixed;
    private final MemorySegment gate;
    private final MemorySegment up;
    private final MemorySegment tables;

    private LlamaEngine(WeightFile file, EngineOptions options, Arena arena, LowRank adapters) {
        this.file = file;
        this.arena = arena;
        this.adapters = adapters;
        this.config = file.config();
        this.options = options;
        int batch = options.batch();
        int heads = config.heads() * config.headDim();
        int kv = config.kvHeads() * config.headDim();
        pool = WorkerPool.create(options.threads());
        pages = new KvPages(arena, config, options.kv(), KvPages.pagesFor(options.positions()));
        prefixes = new PrefixCache(pages);
        attention = new Attention[options.threads()];
        Arrays.setAll(attention, i -> new Attention(arena, config));
        int widest = Math.max(Math.max(config.width(), config.hidden()), heads);
        product = new WeightProduct(arena, pool, options.activations(), batch, widest);
        angles = new RotaryAngles(config);
        x = rows(batch, config.width());
        normed = rows(batch, config.width());
        query = rows(batch, heads);
        key = rows(batch, kv);
        value = rows(batch, kv);
        mixed = rows(batch, heads);
        gate = rows(batch, config.hidden());
        up = rows(batch, config.hidden());
        tables = rows(batch, 2 * config.headDim());
        norms = new MemorySegment[2 * config.layers() + 1];
        for (int layer = 0; layer < config.layers(); layer++) {
            norms[2 * layer] = floats(file.tensor(Role.ATTENTION_NORM, layer));
            norms[2 * layer + 1] = floats(file.tensor(Role.FFN_NORM, layer));
        }
        norms[2 * config.layers()] = floats(file.tensor(Role.OUTPUT_NORM));
    }

    /// Makes an engine for the weights of `file`.
    ///
    /// **Throws** [InputException] with the numbers when keys, values and scratch space pass the limit, and
    /// for adapters that cannot be read or do not fit.
    @SuppressWarnings("MustBeClosedChecker") // the engine closes the arena
    public static LlamaEngine open(WeightFile file, EngineOptions options) {
        LlamaConfig config = file.config();
        options.kv().check(config);
        long cache = cacheBytes(config, options.kv(), options.positions());
        long needed = Math.addExact(cache, activationBytes(config, options.batch()));
        if (needed > options.memoryLimit()) {
            throw new InputException(options.positions() + " positions need " + cache
                    + " bytes for keys and values in " + options.kv() + ", with scratch space for " + options.batch()
                    + " tokens " + needed + " bytes; the limit is " + options.memoryLimit()
                    + ". Ask for fewer positions, a smaller batch, or raise the limit"
                    + options.kv().narrower(config, options.positions()));
        }
        Arena arena = Arena.ofShared();
        try {
            return new LlamaEngine(
                    file, options, arena, LowRank.read(arena, config, options.adapters(), options.batch()));
        } catch (Throwable e) {
            arena.close();
            throw e;
        }
    }

    /// Bytes of the keys and values of so many positions, in whole pages.
    public static long cacheBytes(LlamaConfig config, KvPrecision kv, int positions) {
        return KvPages.bytes(config, kv, KvPages.pagesFor(positions));
    }

    /// Bytes of the activations of a step of `batch` tokens.
    public static long activationBytes(LlamaConfig config, int batch) {
        long heads = (long) config.heads() * config.headDim();
        long kv = (long) config.kvHeads() * config.headDim();
        long floats = 2L * config.width() + 2 * heads + 2 * kv + 2L * config.hidden() + 2L * config.headDim();
        return Math.multiplyExact(floats * Float.BYTES, (long) batch);
    }

    private MemorySegment rows(int rows, int width) {
        return arena.allocate(Math.multiplyExact((long) rows * width, Float.BYTES), 64);
    }

    private MemorySegment floats(WeightTensor tensor) {
        return arena.allocateFrom(ValueLayout.JAVA_FLOAT, tensor.decode());
    }

    public LlamaConfig config() {
        return config;
    }

    public EngineOptions options() {
        return options;
    }

    /// Positions that new tokens can still take, in whole pages.
    public long freePositions() {
        return (long) freePages() * KvPages.POSITIONS;
    }

    /// Pages that new tokens can take: those that hold nothing, and those that are only remembered.
    public int freePages() {
        return pages.freePages() + prefixes.idle();
    }

    /// Pages that hold what has been remembered.
    public int rememberedPages() {
        return prefixes.size();
    }

    /// Most positions of one sequence: the model's context, or all pages where they hold less.
    public int longest() {
        return (int) Math.min(config.contextLength(), (long) pages.pages() * KvPages.POSITIONS);
    }

    /// All pages there are.
    public int pages() {
        return pages.pages();
    }

    /// Pages that so many positions take.
    public static int pagesFor(int positions) {
        return KvPages.pagesFor(positions);
    }

    /// A sequence that begins with as much of `tokens` as has been remembered, in whole pages and short of
    /// the last token, so that something is left to compute; without tokens an empty one.
    public Sequence sequence(int... tokens) {
        int[] known = prefixes.longest(tokens, (tokens.length - 1) / KvPages.POSITIONS);
        return Sequence.startingWith(pages, config.contextLength(), known);
    }

    /// Remembers a sequence, which holds `tokens`, for others that begin alike: its whole pages are kept
    /// until new tokens need the room, those used the longest ago given up first.
    public void remember(Sequence sequence, int... tokens) {
        sequence.keep(prefixes, tokens);
    }

    /// Computes the tokens of all chunks together and returns what they want, chunk by chunk: one row of the
    /// vocabulary for a chunk, or one for each of its tokens, or the hidden state of each.
    ///
    /// **Throws** `IllegalArgumentException` for a token outside the vocabulary, too many tokens or
    /// positions, or a sequence named twice; `IllegalStateException` when the pages do not suffice.
    /// Nothing has changed then.
    public float[][] step(List<Chunk> chunks) {
        Batch batch = plan(chunks);
        for (Chunk chunk : chunks) {
            chunk.sequence().extend(chunk.tokens().length);
        }
        embed(batch);
        for (int layer = 0; layer < config.layers(); layer++) {
            attend(layer, batch);
            feedForward(layer, batch.size());
        }
        return outputs(batch);
    }

    /// Computes any number of tokens of one sequence in pieces and returns the logits after the last.
    public float[] prefill(Sequence sequence, int... tokens) {
        int piece = Math.min(options.batch(), PIECE);
        float[] last = new float[0];
        for (int at = 0; at < tokens.length; at += piece) {
            int[] part = Arrays.copyOfRange(tokens, at, Math.min(tokens.length, at + piece));
            last = step(List.of(Chunk.of(sequence, part)))[0];
        }
        return last;
    }

    private Batch plan(List<Chunk> chunks) {
        int needed = 0;
        for (int i = 0; i < chunks.size(); i++) {
            Sequence sequence = chunks.get(i).sequence();
            sequence.requireOpen();
            for (int j = 0; j < i; j++) {
                if (chunks.get(j).sequence() == sequence) {
                    throw new IllegalArgumentException("chunks " + j + " and " + i + " name the same sequence");
                }
            }
            needed += sequence.pagesToExtend(chunks.get(i).tokens().length);
            for (int token : chunks.get(i).tokens()) {
                if (token < 0 || token >= config.vocabulary()) {
                    throw new IllegalArgumentException(
                            "token " + token + " is outside the vocabulary of " + config.vocabulary());
                }
            }
            if ((long) sequence.length() + chunks.get(i).tokens().length > config.contextLength()) {
                throw new IllegalArgumentException("the sequence holds " + sequence.length() + " positions and "
                        + chunks.get(i).tokens().length + " more pass the context of " + config.contextLength());
            }
        }
        Batch batch = Batch.of(chunks);
        if (batch.size() > options.batch()) {
            throw new IllegalArgumentException(
                    "a step takes up to " + options.batch() + " tokens, got " + batch.size());
        }
        prefixes.evict(needed - pages.freePages());
        if (needed > pages.freePages()) {
            throw new IllegalStateException("the step needs " + needed + " pages of " + KvPages.POSITIONS
                    + " positions, " + pages.freePages() + " of " + pages.pages()
                    + " are free; close sequences or open the engine with more positions");
        }
        return batch;
    }

    private void embed(Batch batch) {
        WeightTensor embedding = file.tensor(Role.TOKEN_EMBEDDING);
        for (int row = 0; row < batch.size(); row++) {
            embedding.decodeRow(batch.tokens()[row], x, (long) row * config.width());
            angles.fill(batch.positions()[row], tables, 2L * row * config.headDim());
        }
    }

    private void attend(int layer, Batch batch) {
        int n = batch.size();
        normalize(norms[2 * layer], n);
        multiply(
                layer,
                normed,
                n,
                new Product(Role.QUERY, query),
                new Product(Role.KEY, key),
                new Product(Role.VALUE, value));
        byRows(n, (first, count) -> {
            for (int row = first; row < first + count; row++) {
                store(layer, batch, row);
            }
        });
        List<Batch.Part> parts = batch.parts();
        pool.run(parts.size() * config.kvHeads(), (worker, task) -> {
            Batch.Part part = parts.get(task / config.kvHeads());
            int head = task % config.kvHeads();
            attention[worker].attend(
                    pages, part.sequence(), layer, head, part.position(), part.count(), part.row(), query, mixed);
        });
        multiply(layer, mixed, n, new Product(Role.ATTENTION_OUTPUT, normed));
        addToResidual(n);
    }

    /// A weight, and where its product goes.
    private record Product(Role role, MemorySegment to) {}

    /// Products of `x[n, in]` with weights of a layer and what is added to them.
    private void multiply(int layer, MemorySegment x, int n, Product... products) {
        Target[] targets = new Target[products.length];
        Arrays.setAll(targets, i -> new Target(file.tensor(products[i].role, layer), products[i].to));
        product.multiply(x, n, targets);
        for (Product each : products) {
            adapters.add(new Place(each.role, layer), product, pool, x, n, each.to);
        }
    }

    /// `normed[n, width]` from the residual stream.
    private void normalize(MemorySegment weight, int n) {
        long bytes = (long) config.width() * Float.BYTES;
        byRows(n, (first, count) -> {
            MemorySegment from = x.asSlice(first * bytes, count * bytes);
            MemorySegment to = normed.asSlice(first * bytes, count * bytes);
            RmsNorm.normalize(from, weight, config.normEps(), count, config.width(), to);
        });
    }

    private void addToResidual(int n) {
        long width = config.width();
        byRows(n, (first, count) -> RowMath.axpy(1, normed, first * width, x, first * width, count * width));
    }

    /// Hands out `n` rows a few at a time; what is done to one must not touch another.
    private void byRows(int n, RowTask task) {
        pool.run(Math.ceilDiv(n, ROWS), number -> task.run(number * ROWS, Math.min(ROWS, n - number * ROWS)));
    }

    /// Work on `count` rows from `first` on.
    @FunctionalInterface
    private interface RowTask {
        void run(int first, int count);
    }

    private void store(int layer, Batch batch, int row) {
        int dim = config.headDim();
        long table = 2L * row * dim;
        angles.turn(query, (long) row * config.heads() * dim, config.heads(), tables, table);
        long at = (long) row * config.kvHeads() * dim;
        angles.turn(key, at, config.kvHeads(), tables, table);
        int position = batch.positions()[row];
        pages.put(batch.sequences()[row].page(position), position % KvPages.POSITIONS, layer, key, value, at);
    }

    private void feedForward(int layer, int n) {
        normalize(norms[2 * layer + 1], n);
        multiply(layer, normed, n, new Product(Role.GATE, gate), new Product(Role.UP, up));
        long hidden = config.hidden();
        byRows(n, (first, count) -> GatedUnit.apply(gate, up, first * hidden, count * hidden));
        multiply(layer, gate, n, new Product(Role.DOWN, normed));
        addToResidual(n);
    }

    private float[][] outputs(Batch batch) {
        int[] wanted = batch.wanted();
        gather(x, wanted);
        normalize(norms[2 * config.layers()], wanted.length);
        int[] scored = IntStream.range(0, wanted.length)
                .filter(i -> !batch.states().get(i))
                .toArray();
        float[][] outputs = new float[wanted.length][];
        for (int i = batch.states().nextSetBit(0); i >= 0; i = batch.states().nextSetBit(i + 1)) {
            outputs[i] = row(normed, i, config.width());
        }
        gather(normed, scored);
        try (Arena scratch = Arena.ofShared()) {
            int vocabulary = config.vocabulary();
            MemorySegment out = scratch.allocate((long) scored.length * vocabulary * Float.BYTES, 64);
            if (scored.length > 0) {
                multiply(0, normed, scored.length, new Product(Role.OUTPUT, out));
            }
            for (int i = 0; i < scored.length; i++) {
                outputs[scored[i]] = row(out, i, vocabulary);
            }
        }
        return outputs;
    }

    /// Moves some rows, named in ascending order, to the beginning.
    private void gather(MemorySegment rows, int... numbers) {
        long bytes = (long) config.width() * Float.BYTES;
        for (int i = 0; i < numbers.length; i++) {
            MemorySegment.copy(rows, numbers[i] * bytes, rows, i * bytes, bytes);
        }
    }

    private static float[] row(MemorySegment rows, int number, int width) {
        long bytes = (long) width * Float.BYTES;
        return rows.asSlice(number * bytes, bytes).toArray(ValueLayout.JAVA_FLOAT);
    }

    @Override
    public void close() {
        pool.close();
        arena.close();
    }
}
