package dev.herd.data.transform;

import dev.herd.data.Batch;
import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.Features;
import dev.herd.data.KeyedJaggedTensor;
import dev.herd.data.raw.RawBlock;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The fast way for pipelines that hash one value per feature, as is usual for the Criteo logs: every row gets exactly
/// one id per feature, so that numbers and ids go straight to their places in the batch.
///
/// It knows no faults: a block in which any wanted row has one is left to [RowEncoder], which says what is wrong.
final class SingleHashEncoder {
    private final List<String> keys;
    private final int[] labels;
    private final LabelRule[] labelRules;
    private final DenseColumn[] dense;
    private final int[] denseColumns;
    private final NumberStep[][] steps;
    private final int[] idColumns;
    private final long[] seeds;
    private final long[] ranges;
    private final long[] missing;

    /// @param labels columns of the labels, negative for those that become 0
    /// @param dense columns of the numbers
    /// @param ids columns of the id features
    private SingleHashEncoder(FeaturePipeline pipeline, int[] labels, int[] dense, int[] ids) {
        keys = pipeline.sparse().stream().map(SparseColumn::name).toList();
        this.labels = labels;
        labelRules = pipeline.labels().stream().map(LabelColumn::rule).toArray(LabelRule[]::new);
        this.dense = pipeline.dense().toArray(DenseColumn[]::new);
        denseColumns = dense;
        steps = pipeline.dense().stream()
                .map(c -> c.steps().toArray(NumberStep[]::new))
                .toArray(NumberStep[][]::new);
        idColumns = ids;
        seeds = pipeline.sparse().stream()
                .mapToLong(c -> ((IdRule.Hash) c.ids()).seed())
                .toArray();
        ranges = pipeline.sparse().stream()
                .mapToLong(c -> ((IdRule.Hash) c.ids()).rows())
                .toArray();
        missing = pipeline.sparse().stream()
                .mapToLong(SingleHashEncoder::missingId)
                .toArray();
    }

    private static long missingId(SparseColumn column) {
        IdRule.Hash rule = (IdRule.Hash) column.ids();
        return column.whenMissing() == MissingId.ZERO
                ? 0
                : TextHash.id(TextHash.hash(new byte[0], 0, 0, rule.seed()), rule.rows());
    }

    /// Null when the pipeline needs the general way.
    static @Nullable SingleHashEncoder of(FeaturePipeline pipeline, int[] labels, int[] dense, int[] ids) {
        boolean fits = pipeline.session() == null
                && pipeline.timestamp() == null
                && pipeline.labels().stream().noneMatch(c -> c.rule() instanceof LabelRule.OneOf)
                && pipeline.sparse().stream().allMatch(SingleHashEncoder::isSingleHash);
        return fits ? new SingleHashEncoder(pipeline, labels, dense, ids) : null;
    }

    private static boolean isSingleHash(SparseColumn column) {
        boolean hasId = switch (column.whenMissing()) {
            case OWN_VALUE, ZERO -> true;
            case NO_ID, FAIL -> false;
        };
        return hasId
                && column.arity() == Arity.SINGLE
                && column.ids() instanceof IdRule.Hash
                && column.steps().isEmpty()
                && column.weights() == null;
    }

    /// The given rows of the block, or null when one of them has a fault.
    @Nullable
    Batch encode(RawBlock block, int[] rows) {
        float[] targets = new float[Math.multiplyExact(rows.length, labels.length)];
        float[] numbers = new float[Math.multiplyExact(rows.length, dense.length)];
        long[] ids = new long[Math.multiplyExact(rows.length, idColumns.length)];
        try {
            for (int i = 0; i < rows.length; i++) {
                labels(block, rows[i], targets, i * labels.length);
                numbers(block, rows[i], numbers, i * dense.length);
                ids(block, rows[i], ids, i, rows.length);
            }
        } catch (CellFault fault) {
            return null;
        }
        int[] offsets = new int[ids.length + 1];
        Arrays.setAll(offsets, i -> i);
        Features features = new Features(rows.length, numbers, KeyedJaggedTensor.of(keys, rows.length, ids, offsets));
        return new Batch(features, targets, new long[0], new long[0]);
    }

    private void labels(RawBlock block, int row, float[] into, int at) throws CellFault {
        for (int k = 0; k < labels.length; k++) {
            if (labels[k] >= 0) {
                into[at + k] = label(labelRules[k], number(block, row, labels[k]));
            }
        }
    }

    private static float label(LabelRule rule, double x) {
        return rule instanceof LabelRule.AtLeast least ? x >= least.threshold() ? 1 : 0 : (float) x;
    }

    private static double number(RawBlock block, int row, int column) throws CellFault {
        if (block.isMissing(row, column)) {
            throw new CellFault("the cell is missing");
        }
        return Numbers.decimal(block.bytes(), block.start(row, column), block.end(row, column));
    }

    private void numbers(RawBlock block, int row, float[] into, int at) throws CellFault {
        for (int i = 0; i < dense.length; i++) {
            boolean stand =
                    block.isMissing(row, denseColumns[i]) && dense[i].missing().isPresent();
            double x = stand ? dense[i].missing().get() : number(block, row, denseColumns[i]);
            for (NumberStep step : steps[i]) {
                x = step.apply(x);
            }
            into[at + i] = (float) x;
        }
    }

    private void ids(RawBlock block, int row, long[] into, int at, int rows) {
        byte[] bytes = block.bytes();
        for (int f = 0; f < idColumns.length; f++) {
            int start = block.start(row, idColumns[f]);
            into[f * rows + at] = start < 0
                    ? missing[f]
                    : TextHash.id(TextHash.hash(bytes, start, block.end(row, idColumns[f]), seeds[f]), ranges[f]);
        }
    }
}
