package dev.herd.bench.reproduce.lab;

import dev.herd.data.config.Config;
import dev.herd.data.prepare.Preparation;
import dev.herd.data.prepare.PrepareConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The ratings of MovieLens as clicks, by `examples/movielens`, from the folder of public data sets.
public final class MovieLens {
    /// The recipe of `examples/movielens/train-dcnv2.yaml` with four passes and the last weights: where the
    /// best evaluation decides, runs that hardly differ end passes apart.
    public static final String RECIPE = """
            preset: bars
            tables: {optimizer: {kind: dense_adam, decay: {table_l2: 0.01}}}
            batch_size: 1024
            epochs: 4
            evaluation: {split: null}
            stopping: {patience: 0, restore_best: false}
            """;

    /// The model of that file.
    public static final String DCNV2 = "{name: dcnv2, embedding_dim: 10, structure: parallel, cross: {layers: 3},"
            + " deep: {hidden: [400, 400, 400], normalization: batch, dropout: 0.2}}";

    /// What a report says where there are none.
    public static final String ABSENT = "not measured: a rehearsal leaves it out; else name the folder that holds"
            + " movielens-latest-small by --data, in a checkout with examples/movielens";

    private MovieLens() {}

    /// Prepares the dataset, or takes the one that was prepared before; empty in a rehearsal and without the
    /// files.
    public static Optional<Path> prepare(Lab lab) {
        Optional<Path> raw =
                lab.data().map(data -> data.resolve("movielens-latest-small")).filter(Files::isDirectory);
        Optional<Path> example = above("examples/movielens/prepare.yaml");
        if (lab.isRehearsal() || raw.isEmpty() || example.isEmpty()) {
            return Optional.empty();
        }
        List<String> inputs = List.of(
                "inputs.ratings.path=" + raw.get().resolve("ratings.csv.gz"),
                "inputs.movies.path=" + raw.get().resolve("movies.csv.gz"));
        return Optional.of(lab.made("movielens-clicks", made -> {
            PrepareConfig config = Config.read(example.get(), inputs, PrepareConfig.defaults());
            Preparation.run(config, made, lab.threads(), lab.progress(), fault -> {});
        }));
    }

    private static Optional<Path> above(String path) {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at.resolve(path))) {
                return Optional.of(at.resolve(path));
            }
        }
        return Optional.empty();
    }
}
