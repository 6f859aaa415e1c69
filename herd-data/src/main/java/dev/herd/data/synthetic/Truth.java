package dev.herd.data.synthetic;

import dev.herd.data.InputException;
import dev.herd.data.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What is known of a synthetic log beside its rows: how it was made, and the loss that no model can beat. It lies in
/// the dataset's folder as `truth.yaml`.
///
/// **Errors**: the figures are computed row by row from the probabilities the labels were drawn from; nothing is
/// estimated.
///
/// @param splits by name, in order of time
public record Truth(SyntheticLog.Config config, Map<String, Split> splits) {
    static final String FILE = "truth.yaml";

    /// The truth of one split. With p the click probability of a row given its features and y its label:
    ///
    /// @param labelRate mean of y
    /// @param expectedLogLoss mean over rows of `-(p ln p + (1-p) ln(1-p))`: the loss of predicting p, on average
    ///     over all labels that could have been drawn
    /// @param realizedLogLoss mean over rows of `-(y ln p + (1-y) ln(1-p))`: the loss of predicting p for the
    ///     labels that were drawn
    /// @param expectedNe `expectedLogLoss` over the entropy of the mean of p
    /// @param realizedNe `realizedLogLoss` over the entropy of `labelRate`: the normalized entropy that a model
    ///     with perfect knowledge is measured to have on this split
    public record Split(
            long rows,
            double labelRate,
            double expectedLogLoss,
            double realizedLogLoss,
            double expectedNe,
            double realizedNe) {}

    /// The best possible normalized entropy of a split: the realized one, because a model's own figure is measured on
    /// the same labels, so that the luck of their draw weighs on both alike.
    ///
    /// **Throws** [InputException] when there is no such split.
    public double bestNe(String split) {
        return split(split).realizedNe();
    }

    /// The part of the way from the base rate (normalized entropy 1) to the best possible that a model has gone.
    public double gapClosed(String split, double ne) {
        return (1 - ne) / (1 - bestNe(split));
    }

    private Split split(String name) {
        Split split = splits.get(name);
        if (split == null) {
            throw new InputException(FILE + " knows no split '" + name + "'; it has " + splits.keySet());
        }
        return split;
    }

    /// Reads the truth of a dataset; empty when the folder holds none, as the folders of real data do.
    ///
    /// **Throws** [InputException] when the file is not what [SyntheticLog] writes.
    public static Optional<Truth> read(Path folder) {
        Path file = folder.resolve(FILE);
        Truth empty = new Truth(SyntheticLog.Config.defaults(), Map.of());
        return Files.exists(file) ? Optional.of(Config.read(file, List.of(), empty)) : Optional.empty();
    }

    void write(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            Files.writeString(file, Config.write(this));
        } catch (IOException e) {
            throw new InputException(file + ": cannot be written (is the disk full?): " + e.getMessage(), e);
        }
    }
}
