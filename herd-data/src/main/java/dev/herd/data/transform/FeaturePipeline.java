package dev.herd.data.transform;

import dev.herd.data.InputException;
import dev.herd.data.config.Doc;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The rules of all columns: what a row of text becomes. Written with a dataset, its open parameters filled in.
public record FeaturePipeline(
        @Doc("targets") List<LabelColumn> labels,
        @Doc("numeric inputs") List<DenseColumn> dense,
        @Doc("id features") List<SparseColumn> sparse,

        @Doc("column that groups rows, such as the session or user; integers are kept, other texts hashed") @Nullable
        String session,

        @Doc("column with the time of the row") @Nullable TimeColumn timestamp,

        @Doc("the id feature that names the candidate item") @Nullable
        String item) {
    private static final Pattern RANGE = Pattern.compile("\\{(\\d+)\\.\\.(\\d+)}");

    public FeaturePipeline {
        labels = List.copyOf(labels);
        dense = List.copyOf(dense);
        sparse = List.copyOf(sparse);
    }

    public static FeaturePipeline defaults() {
        return new FeaturePipeline(List.of(), List.of(), List.of(), null, null, null);
    }

    /// With names such as `I{1..13}` written out.
    ///
    /// **Throws** [InputException] when there is no label, a name is missing or the item is no feature.
    public FeaturePipeline expanded() {
        List<DenseColumn> allDense = expand(
                dense, DenseColumn::name, (c, name) -> new DenseColumn(name, c.source(), c.steps(), c.missing()));
        List<SparseColumn> allSparse = expand(
                sparse,
                SparseColumn::name,
                (c, name) -> new SparseColumn(
                        name,
                        c.source(),
                        c.arity(),
                        c.separator(),
                        c.weights(),
                        c.maxLength(),
                        c.steps(),
                        c.ids(),
                        c.missing()));
        if (labels.isEmpty()) {
            throw new InputException("features.labels is empty: name at least one target");
        }
        boolean unnamed = labels.stream().anyMatch(c -> c.name().isBlank())
                || allDense.stream().anyMatch(c -> c.name().isBlank())
                || allSparse.stream().anyMatch(c -> c.name().isBlank());
        if (unnamed) {
            throw new InputException("every entry of features.labels, dense and sparse needs a `name`");
        }
        if (item != null && allSparse.stream().noneMatch(c -> c.name().equals(item))) {
            throw new InputException("features.item is '" + item + "', which is not among the sparse features "
                    + allSparse.stream().map(SparseColumn::name).toList());
        }
        return new FeaturePipeline(labels, allDense, allSparse, session, timestamp, item);
    }

    private static <T> List<T> expand(
            List<T> columns, java.util.function.Function<T, String> name, BiFunction<T, String, T> renamed) {
        List<T> all = new ArrayList<>();
        for (T column : columns) {
            Matcher range = RANGE.matcher(name.apply(column));
            if (!range.find()) {
                all.add(column);
                continue;
            }
            int last = Integer.parseInt(range.group(2));
            for (int i = Integer.parseInt(range.group(1)); i <= last; i++) {
                all.add(renamed.apply(column, range.replaceFirst(String.valueOf(i))));
            }
        }
        return all;
    }

    /// Whether something must be fitted on the training rows before the pipeline can be applied.
    public boolean isOpen() {
        return dense.stream().anyMatch(DenseColumn::isOpen)
                || sparse.stream().anyMatch(c -> switch (c.ids()) {
                    case IdRule.Vocabulary rule -> true;
                    case IdRule.Quantiles rule -> rule.boundaries().isEmpty();
                    case IdRule.Hash rule -> false;
                    case IdRule.Given rule -> false;
                });
    }
}
