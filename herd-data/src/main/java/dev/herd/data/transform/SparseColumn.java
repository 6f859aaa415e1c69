package dev.herd.data.transform;

import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.config.Doc;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One id feature.
public record SparseColumn(
        @Doc("name of the feature; C{1..26} stands for C1 to C26")
        String name,

        @Doc("column it comes from; left out: the column of the same name") @Nullable
        String source,

        @Doc("single, multi (any number, pooled) or sequence (any number, oldest first)")
        Arity arity,

        @Doc("character between the values of a multi or sequence cell")
        String separator,

        @Doc("column with a weight per value, separated alike") @Nullable
        String weights,

        @Doc("keep at most so many values, the last ones; 0: all")
        int maxLength,

        @Doc("steps on each value before its id is found: date_part, floor_log2, floor_log_squared")
        List<CellStep> steps,

        @Doc("how values become ids: vocabulary, hash, quantiles or given")
        IdRule ids,

        @Doc("what a missing cell becomes: own_value, zero, no_id or fail; left out: own_value for single, else no_id")
        Optional<MissingId> missing) {
    public SparseColumn {
        steps = List.copyOf(steps);
        if (separator.length() > 1 || !separator.isEmpty() && separator.charAt(0) > 127) {
            throw new IllegalArgumentException(
                    "separator must be empty or one ASCII character, got '" + separator + "'");
        }
        if (missing.isPresent() && missing.get() == MissingId.NO_ID && arity == Arity.SINGLE) {
            throw new IllegalArgumentException("feature '" + name + "' is single and needs an id in every row; missing"
                    + " can be own_value, zero or fail");
        }
        if (maxLength < 0) {
            throw new IllegalArgumentException("max_length must not be negative, got " + maxLength);
        }
    }

    public static SparseColumn defaults() {
        return new SparseColumn(
                "", null, Arity.SINGLE, "", null, 0, List.of(), IdRule.Vocabulary.defaults(), Optional.empty());
    }

    String column() {
        return source == null ? name : source;
    }

    MissingId whenMissing() {
        return missing.orElse(arity == Arity.SINGLE ? MissingId.OWN_VALUE : MissingId.NO_ID);
    }

    /// Name of the vocabulary that gives the ids, or null when another rule does.
    @Nullable
    String vocabulary() {
        return ids instanceof IdRule.Vocabulary rule ? rule.sharedAs().isEmpty() ? name : rule.sharedAs() : null;
    }

    SparseColumn withIds(IdRule rule) {
        return new SparseColumn(name, source, arity, separator, weights, maxLength, steps, rule, missing);
    }
}
