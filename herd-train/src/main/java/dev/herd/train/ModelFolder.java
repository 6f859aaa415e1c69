package dev.herd.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.herd.data.FeatureSchema;
import dev.herd.data.InputException;
import dev.herd.data.config.Config;
import dev.herd.embedding.RowFormat;
import dev.herd.train.checkpoint.Checkpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A trained model as it lies on disk.
///
/// @param arrays the weights, not yet read
/// @param config of the run
/// @param schema of what it was trained on
/// @param formats tables, by name, that are stored in other formats than the configuration says
record ModelFolder(Checkpoint arrays, TrainConfig config, FeatureSchema schema, Map<String, RowFormat> formats) {
    private static final String NAME = "model";

    ModelFolder {
        formats = Map.copyOf(formats);
    }

    /// What lies beside the weights.
    ///
    /// @param config the run's resolved configuration, as YAML
    /// @param formats null for none
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Card(
            String config, FeatureSchema schema, @Nullable Map<String, RowFormat> formats) {}

    static void write(Path run, TrainConfig config, Map<String, RowFormat> formats, Network network) {
        Checkpoint.write(run, NAME, network.weights(), new Card(Config.write(config), network.schema(), formats));
    }

    /// The model of a finished run, or a copied folder `model`.
    ///
    /// **Throws** [InputException] when there is none, or the run is unfinished.
    static ModelFolder open(Path folder) {
        Path model = Files.isDirectory(folder.resolve(NAME)) ? folder.resolve(NAME) : folder;
        if (model.equals(folder) && Files.isRegularFile(folder.resolve("config.yaml"))) {
            throw InputException.of(
                    folder, "holds a run that is not finished; go on with it by herd train --resume " + folder);
        }
        Checkpoint arrays = Checkpoint.open(model);
        Card card = arrays.state(Card.class);
        TrainConfig config = Config.parse(card.config(), model + "/manifest.json", List.of(), TrainConfig.defaults());
        return new ModelFolder(arrays, config, card.schema(), card.formats() == null ? Map.of() : card.formats());
    }

    /// How the rows of a table are stored.
    RowFormat format(String table) {
        return formats.getOrDefault(table, config.tables().precision());
    }
}
