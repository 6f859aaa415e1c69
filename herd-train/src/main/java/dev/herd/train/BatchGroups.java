package dev.herd.train;

import dev.herd.data.Progress;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dataset.ReadOptions;
import dev.herd.data.dedup.DedupGroups;
import dev.herd.data.dedup.Deduplication;
import dev.herd.data.inspect.Duplication;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.zoo.ModelZoo;
import java.util.List;

/// The groups of features whose equal rows a model's batches hold once.
final class BatchGroups {
    private BatchGroups() {}

    /// What a configuration asks for. Where it leaves the choice (`auto`), sequences that one module reads
    /// place by place are put in one group.
    ///
    /// **Throws** [dev.herd.data.InputException] when given groups name what is no id feature, or part such
    /// sequences.
    static DedupGroups of(TrainConfig config, Dataset dataset, String split, ReadOptions order, Progress progress) {
        List<EmbeddingGroup> tables = ModelZoo.configured(config.model()).embeddings(dataset.schema());
        DedupGroups asked = Duplication.groups(config.deduplicate(), dataset, split, order, progress);
        DedupGroups groups = config.deduplicate() instanceof Deduplication.Auto
                ? asked.joined(tables.stream()
                        .flatMap(group -> group.parallel().stream())
                        .toList())
                : asked;
        tables.forEach(group -> group.checkParallel(groups.groups()));
        return groups;
    }
}
