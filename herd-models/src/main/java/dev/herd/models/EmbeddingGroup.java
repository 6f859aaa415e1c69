package dev.herd.models;

import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.InputException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// A set of embedding tables that a model asks for, all of one width: one table per feature that it pools,
/// and the sequences that it wants id by id. Most models want one group; FM-like models add a second of
/// width 1 for the linear part.
///
/// @param name key into [ModelInput#embeddings(String)], also the first part of the tables' names
///     (`name/feature`)
/// @param width D, columns of every table
/// @param pooled features whose ids are pooled to one embedding each, in the order of the result
/// @param sequences features whose embeddings stay apart, in the order of their ids
/// @param parallel lists of sequences that one module reads place by place: a row has as many ids in each
///     of a list
public record EmbeddingGroup(
        String name, int width, List<String> pooled, List<Sequence> sequences, List<List<String>> parallel) {
    public EmbeddingGroup {
        checkWidth(width);
        pooled = List.copyOf(pooled);
        sequences = List.copyOf(sequences);
        parallel = parallel.stream().map(List::copyOf).toList();
    }

    /// A group whose sequences are read each by itself.
    public EmbeddingGroup(String name, int width, List<String> pooled, List<Sequence> sequences) {
        this(name, width, pooled, sequences, List.of());
    }

    /// A feature looked up id by id.
    ///
    /// @param feature name in the schema
    /// @param table feature whose table it reads: a pooled one of this group, another sequence, or its own
    ///     name for a table of its own
    /// @param maxLength T at most; of longer rows the last ids count, which are the newest
    /// @param unique whether its reader takes unique rows ([ModelInput.Sequence#rows]). A module may do so
    ///     if all that it reads comes from one group of features that repeat together; one that looks at the
    ///     candidate item may not
    public record Sequence(String feature, String table, int maxLength, boolean unique) {
        /// A sequence with a row for every row of the batch.
        public Sequence(String feature, String table, int maxLength) {
            this(feature, table, maxLength, false);
        }

        public Sequence {
            if (maxLength < 1) {
                throw new IllegalArgumentException("`max_length` must be positive, got " + maxLength);
            }
        }
    }

    /// One table of a group.
    ///
    /// @param name feature it is named after
    /// @param pooled feature that it pools; none or one
    /// @param sequences features that are looked up in it id by id
    public record Table(String name, long rows, List<String> pooled, List<Sequence> sequences) {
        public Table {
            pooled = List.copyOf(pooled);
            sequences = List.copyOf(sequences);
        }
    }

    /// The tables, those of pooled features first.
    ///
    /// **Throws** [InputException] when a feature is not in the schema, or features that share a table
    /// have different numbers of ids.
    public List<Table> tables(FeatureSchema schema) {
        Set<String> names = new LinkedHashSet<>(pooled);
        sequences.forEach(sequence -> names.add(sequence.table()));
        List<Table> tables = new ArrayList<>();
        for (String table : names) {
            long rows = rows(schema, table);
            List<Sequence> readers =
                    sequences.stream().filter(s -> s.table().equals(table)).toList();
            for (Sequence reader : readers) {
                checkShared(schema, reader.feature(), table);
            }
            tables.add(new Table(table, rows, pooled.contains(table) ? List.of(table) : List.of(), readers));
        }
        return tables;
    }

    /// Makes sure that what one module reads repeats together: a module may compute with unique rows only
    /// if all that it reads comes from one group of features that repeat together, or from none.
    ///
    /// @param deduplicated groups of features whose equal rows batches hold once
    ///
    /// **Throws** [InputException] naming the module's features, their groups and what to write.
    public void checkParallel(List<List<String>> deduplicated) {
        for (List<String> module : parallel) {
            Set<List<String>> holders = new LinkedHashSet<>();
            module.forEach(feature -> holders.add(holder(deduplicated, feature)));
            if (holders.size() > 1) {
                Set<String> all = new LinkedHashSet<>();
                holders.forEach(all::addAll);
                all.addAll(module);
                throw new InputException("the module of the parallel sequences " + module
                        + " cannot compute with the rows of different groups, which repeat at different places: "
                        + module.stream()
                                .map(feature -> "'" + feature + "' is in " + described(holder(deduplicated, feature)))
                                .collect(Collectors.joining(", "))
                        + "; name them in one group of `deduplicate`, such as " + all + ", or none of them");
            }
        }
    }

    private static List<String> holder(List<List<String>> groups, String feature) {
        return groups.stream()
                .filter(group -> group.contains(feature))
                .findFirst()
                .orElse(List.of());
    }

    private static String described(List<String> group) {
        return group.isEmpty() ? "no group" : "the group " + group;
    }

    private static void checkShared(FeatureSchema schema, String feature, String table) {
        long own = rows(schema, feature);
        long shared = rows(schema, table);
        if (own != shared) {
            throw new InputException("features '" + feature + "' and '" + table + "' cannot share an embedding table:"
                    + " '" + feature + "' has " + own + " ids, '" + table + "' has " + shared
                    + ". Prepare the dataset with one vocabulary for both (`ids: {kind: vocabulary, shared_as: " + table
                    + "}` on both features), or give '" + feature
                    + "' a table of its own by the model's key `share_table: false`");
        }
    }

    private static long rows(FeatureSchema schema, String name) {
        return schema.sparse().stream()
                .filter(feature -> feature.name().equals(name))
                .mapToLong(SparseFeature::rows)
                .findFirst()
                .orElseThrow(() -> new InputException("the schema has no id feature '" + name + "'; it has "
                        + schema.sparse().stream().map(SparseFeature::name).toList()));
    }

    /// All id features of a schema, pooled.
    public static EmbeddingGroup pooled(String name, int width, FeatureSchema schema) {
        return new EmbeddingGroup(
                name, width, schema.sparse().stream().map(SparseFeature::name).toList(), List.of());
    }

    /// Refuses a width that is not positive, for the key `embedding_dim` of the models' configurations.
    public static void checkWidth(int width) {
        if (width <= 0) {
            throw new IllegalArgumentException("`embedding_dim` must be positive, got " + width);
        }
    }
}
