package dev.herd.data.synthetic;

import dev.herd.data.Batch;
import dev.herd.data.Features;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.numerics.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Makes any block of the log out of its number, with no memory of the others.
final class LogGenerator {
    private static final long START_SECONDS = 1_767_225_600; // 2026-01-01T00:00:00Z
    private static final int BLOCKS_FOR_BIAS = 8;

    private final SyntheticLog.Config config;
    private final Blocks blocks;
    private final List<Column> columns;
    private final List<ColumnGenerator> generators = new ArrayList<>();
    private final List<Permutation> permutations = new ArrayList<>();
    private final Zipf users;
    private final PlantedFunction function;
    private final HistoryInterest interest;
    private final double bias;
    private final Map<Long, Span> spans = new LinkedHashMap<>(4, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Span> eldest) {
            return size() > 2;
        }
    };

    LogGenerator(SyntheticLog.Config config) {
        this.config = config;
        this.blocks = Blocks.of(config);
        this.columns = Column.of(config.traffic(), config.features());
        this.users = Zipf.of(config.traffic().users(), config.traffic().popularity());
        List<Traits> traits = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            long values = seed("values", i);
            long changes = column.group() < 0 ? values : seed("groups", column.group());
            generators.add(new ColumnGenerator(column, config.traffic(), values, changes));
            // the history holds ids of items
            int ids = column.kind() == Column.Kind.HISTORY ? 1 : i;
            permutations.add(Permutation.of(Math.max(1, column.ids()), seed("ids", ids), 0));
            traits.add(new Traits(column, config.label().drift(), seed("traits", i)));
        }
        this.function = PlantedFunction.of(config.label(), traits, seed("interactions", 0));
        this.interest = HistoryInterest.of(config.label(), columns);
        this.bias = Bias.forRate(config.label().clickRate(), sampleOfLogits());
    }

    PlantedFunction function() {
        return function;
    }

    double bias() {
        return bias;
    }

    long blocks() {
        return blocks.count();
    }

    LogBlock block(long number) {
        Blocks.Block block = blocks.block(number);
        Draft draft = draft(block);
        double[] logits = logits(draft);
        double[] probabilities = new double[logits.length];
        float[] labels = new float[logits.length];
        for (int row = 0; row < logits.length; row++) {
            probabilities[row] = probability(logits[row] + bias);
            double u = CounterRandom.uniform(
                    config.seed(), seed("labels", 0), draft.sessions.number()[row]);
            labels[row] = u < probabilities[row] ? 1 : 0;
        }
        return inOrderOfTime(block.split(), draft, probabilities, labels);
    }

    private double probability(double logit) {
        double noise = config.label().noise();
        return (1 - noise) / (1 + Math.exp(-logit)) + noise * config.label().clickRate();
    }

    /// A block in the order in which it is drawn: session after session unless sessions are mixed widely.
    private record Draft(Sessions sessions, List<ColumnValues> values) {}

    private Draft draft(Blocks.Block block) {
        long seed = seed("sessions", 0);
        Sessions sessions = config.traffic().sessionsAtOnce() == 0
                ? Sessions.of(config.traffic(), users, seed, block.start(), block.size(), config.rows())
                : Sessions.of(span(block, seed), users, seed, block);
        List<ColumnValues> values = generators.stream()
                .map(generator -> generator.generate(sessions))
                .toList();
        return new Draft(sessions, values);
    }

    /// The span of a block; the two asked for last are kept.
    private Span span(Blocks.Block block, long seed) {
        synchronized (spans) {
            Span known = spans.get(block.spanStart());
            if (known == null) {
                known = Span.of(config.traffic(), seed, block.spanStart(), block.spanRows(), config.rows());
                spans.put(block.spanStart(), known);
            }
            return known;
        }
    }

    private double[] logits(Draft draft) {
        double[] logits = function.logits(draft.values, draft.sessions);
        interest.addTo(logits, draft.values);
        return logits;
    }

    private double[] sampleOfLogits() {
        int samples = (int) Math.min(BLOCKS_FOR_BIAS, blocks.count());
        double[][] logits = new double[samples][];
        for (int i = 0; i < samples; i++) {
            Draft draft = draft(blocks.block(blocks.count() * i / samples));
            logits[i] = logits(draft);
        }
        return Arrays.stream(logits).flatMapToDouble(Arrays::stream).toArray();
    }

    private LogBlock inOrderOfTime(String split, Draft draft, double[] probabilities, float[] labels) {
        int[] order = order(draft.sessions);
        int size = order.length;
        double[] orderedProbabilities = new double[size];
        float[] orderedLabels = new float[size];
        long[] sessions = new long[size];
        long[] timestamps = new long[size];
        for (int i = 0; i < size; i++) {
            orderedProbabilities[i] = probabilities[order[i]];
            orderedLabels[i] = labels[order[i]];
            sessions[i] = draft.sessions.session()[order[i]];
            timestamps[i] = START_SECONDS + draft.sessions.seconds()[order[i]];
        }
        Features features = new Features(size, dense(draft, order), sparse(draft, order));
        return new LogBlock(split, new Batch(features, orderedLabels, sessions, timestamps), orderedProbabilities);
    }

    /// Rows by time, rows of the same second as they were drawn.
    private static int[] order(Sessions sessions) {
        long[] keys = new long[sessions.size()];
        for (int row = 0; row < keys.length; row++) {
            keys[row] = sessions.seconds()[row] * Blocks.ROWS + row;
        }
        Arrays.sort(keys);
        return Arrays.stream(keys).mapToInt(key -> (int) (key % Blocks.ROWS)).toArray();
    }

    private float[] dense(Draft draft, int[] order) {
        int width = config.features().dense();
        float[] dense = new float[order.length * width];
        for (int i = 0; i < width; i++) {
            ColumnValues values = draft.values.get(columns.size() - width + i);
            for (int row = 0; row < order.length; row++) {
                dense[row * width + i] = values.weights()[order[row]];
            }
        }
        return dense;
    }

    private KeyedJaggedTensor sparse(Draft draft, int[] order) {
        int count = columns.size() - config.features().dense();
        int[] offsets = new int[count * order.length + 1];
        int total = draft.values.stream()
                .limit(count)
                .mapToInt(values -> values.ranks().length)
                .sum();
        long[] ids = new long[total];
        float[] weights = new float[total];
        int at = 0;
        for (int column = 0; column < count; column++) {
            ColumnValues values = draft.values.get(column);
            Permutation permutation = permutations.get(column);
            for (int row = 0; row < order.length; row++) {
                for (int i = values.from(order[row]); i < values.to(order[row]); i++, at++) {
                    ids[at] = permutation.id(values.ranks()[i]);
                    weights[at] = values.weights()[i];
                }
                offsets[column * order.length + row + 1] = at;
            }
        }
        List<String> keys = columns.stream().limit(count).map(Column::name).toList();
        boolean weighted = columns.stream().anyMatch(Column::weighted);
        return weighted
                ? KeyedJaggedTensor.ofWeighted(keys, order.length, ids, offsets, weights)
                : KeyedJaggedTensor.of(keys, order.length, ids, offsets);
    }

    private long seed(String purpose, int column) {
        return CounterRandom.bits(config.seed(), purpose.hashCode(), column);
    }
}
