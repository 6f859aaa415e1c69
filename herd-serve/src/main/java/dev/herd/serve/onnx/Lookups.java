package dev.herd.serve.onnx;

import dev.herd.data.InputException;
import dev.herd.embedding.EmbeddingTable;
import dev.herd.embedding.OutOfRange;
import dev.herd.embedding.PoolingType;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Embedding lookups as operators of ONNX, as [dev.herd.embedding.EmbeddingBagCollection] does them.
/// Tables become initializers of their own names and of the precision they are stored in, each once.
///
/// **Shapes**: ids are int64 `[B, L]`, [#PADDING] where there is none.
final class Lookups {
    /// Stands where a row has no further id.
    static final long PADDING = -1;

    private final OnnxGraph target;
    private final Map<EmbeddingTable, String> weights = new HashMap<>();

    Lookups(OnnxGraph target) {
        this.target = target;
    }

    /// The rows of an id each, `[B, 1, D]`.
    ///
    /// @param ids `[B, 1]`, none of them padding
    /// @param factors float `[B, 1]`
    String single(String ids, @Nullable String factors, EmbeddingTable table) {
        if (table.config().outOfRange() == OutOfRange.IGNORE) {
            return sum(ids, factors, table);
        }
        String rows = rows(inside(ids, table), table);
        return factors == null ? rows : op("Mul", rows, unsqueeze(factors, 2));
    }

    /// The pooled rows of any number of ids, `[B, 1, D]`.
    ///
    /// @param factors float `[B, L]`
    String pooled(String ids, @Nullable String factors, EmbeddingTable table) {
        String sum = sum(ids, factors, table);
        return switch (table.config().pooling()) {
            case PoolingType.SUM -> sum;
            case PoolingType.MEAN -> {
                String count = total(cast(present(ids, table), OnnxType.FLOAT32));
                yield op("Div", sum, unsqueeze(op("Max", count, target.real(1)), 2));
            }
        };
    }

    private String sum(String ids, @Nullable String factors, EmbeddingTable table) {
        String present = present(ids, table);
        String factor = where(present, factors == null ? target.real(1) : factors, target.real(0));
        return op("MatMul", unsqueeze(factor, 1), rows(safe(ids, present, table), table));
    }

    /// The last ids of every row, oldest first, the newest in the last place, `[B, T]`. Padding may lie
    /// anywhere in the row; ids that the table leaves out become padding too.
    String window(String ids, EmbeddingTable table, int length) {
        String padded = op("Pad", ids, target.integers(0, 0, 0, length), target.integer(PADDING));
        String present = present(padded, table);
        String number = op("CumSum", cast(present, OnnxType.INT64), target.integer(1));
        String newestFirst = target.second(
                "TopK",
                List.of(where(present, number, target.integer(0)), target.integers(length)),
                Attribute.integer("axis", 1));
        String oldestFirst = op(
                "Slice",
                newestFirst,
                target.integers(-1),
                target.integers(Long.MIN_VALUE),
                target.integers(1),
                target.integers(-1));
        return target.node(
                "GatherElements",
                List.of(where(present, padded, target.integer(PADDING)), oldestFirst),
                Attribute.integer("axis", 1));
    }

    /// The rows of ids one by one, `[B, L, D]`, zero where there is none.
    String each(String ids, EmbeddingTable table) {
        String present = present(ids, table);
        return where(unsqueeze(present, 2), rows(safe(ids, present, table), table), target.real(0));
    }

    /// 1 where there is an id and 0 elsewhere, float `[B, L]`.
    String mask(String ids, EmbeddingTable table) {
        return cast(present(ids, table), OnnxType.FLOAT32);
    }

    /// Whether there is an id that counts, bool.
    private String present(String ids, EmbeddingTable table) {
        return switch (table.config().outOfRange()) {
            case IGNORE ->
                op("And", op("GreaterOrEqual", ids, target.integer(0)), op("Less", ids, target.integer(table.rows())));
            case FAIL, LAST_ROW -> op("Not", op("Equal", ids, target.integer(PADDING)));
        };
    }

    /// Ids that Gather can be asked for where they are present, and 0 elsewhere.
    private String safe(String ids, String present, EmbeddingTable table) {
        return where(present, inside(ids, table), target.integer(0));
    }

    /// Ids inside the table where the policy brings them there. Gather counts negative ones from the end:
    /// where the policy is to fail, they become a number that it refuses.
    private String inside(String ids, EmbeddingTable table) {
        return switch (table.config().outOfRange()) {
            case IGNORE -> ids;
            case FAIL -> where(op("Less", ids, target.integer(0)), target.integer(table.rows()), ids);
            case LAST_ROW -> {
                String below = op("Less", ids, target.integer(0));
                String beyond = op("GreaterOrEqual", ids, target.integer(table.rows()));
                yield where(op("Or", below, beyond), target.integer(table.rows() - 1), ids);
            }
        };
    }

    private String rows(String ids, EmbeddingTable table) {
        OnnxType type = OnnxType.of(table.precision());
        String weight = weights.computeIfAbsent(
                table, key -> target.weight(key.name(), type, new long[] {key.rows(), key.dim()}, numbers(key)));
        String rows = target.node("Gather", List.of(weight, ids), Attribute.integer("axis", 0));
        return type == OnnxType.FLOAT32 ? rows : cast(rows, OnnxType.FLOAT32);
    }

    /// The numbers of a table, which ONNX cannot hold packed.
    private static MemorySegment numbers(EmbeddingTable table) {
        if (table.precision().packed().isEmpty()) {
            return table.weights();
        }
        long rowBytes = table.dim() * (long) Float.BYTES;
        if (table.rows() > Integer.MAX_VALUE / rowBytes) {
            throw new InputException("table '" + table.name() + "' is packed in "
                    + table.precision().label() + ", and unpacked beyond 2 GiB; export the model without its tables");
        }
        MemorySegment numbers = MemorySegment.ofArray(new byte[(int) (table.rows() * rowBytes)]);
        for (long row = 0; row < table.rows(); row++) {
            MemorySegment.copy(MemorySegment.ofArray(table.row(row)), 0, numbers, row * rowBytes, rowBytes);
        }
        return numbers;
    }

    private String total(String values) {
        return target.node("ReduceSum", List.of(values, target.integers(1)), Attribute.integer("keepdims", 1));
    }

    private String cast(String values, OnnxType type) {
        return target.node("Cast", List.of(values), Attribute.integer("to", type.code()));
    }

    private String unsqueeze(String values, long dim) {
        return op("Unsqueeze", values, target.integers(dim));
    }

    private String where(String condition, String yes, String no) {
        return op("Where", condition, yes, no);
    }

    private String op(String operator, String... operands) {
        return target.node(operator, List.of(operands));
    }
}
