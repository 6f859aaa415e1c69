package dev.herd.data.synthetic;

import java.util.ArrayList;
import java.util.List;

/// Logs for tests.
final class Logs {
    private Logs() {}

    /// Every kind of column, every order from 1 to 4, noise and drift.
    static SyntheticLog.Config rich(long rows) {
        return new SyntheticLog.Config(
                11,
                rows,
                new Traffic(300, 200, 5, 6, 0.6, 1.1),
                new LogFeatures(List.of(7L, 40L), List.of(new LogFeatures.Tags(50, 0, 4, true)), 5, 2),
                new PlantedLabel(
                        0.3,
                        2,
                        2,
                        List.of(
                                new PlantedLabel.Interactions(1, 4, 0.2),
                                new PlantedLabel.Interactions(2, 5, 0.3),
                                new PlantedLabel.Interactions(3, 3, 0.3),
                                new PlantedLabel.Interactions(4, 2, 0.2)),
                        0.1,
                        0.3,
                        new PlantedLabel.Interest(3, 0.3)),
                0.1,
                0.2);
    }

    /// Single-valued columns alone.
    static SyntheticLog.Config plain(long rows, Traffic traffic, PlantedLabel label, Long... categories) {
        return new SyntheticLog.Config(
                5, rows, traffic, new LogFeatures(List.of(categories), List.of(), 0, 0), label, 0.1, 0.1);
    }

    static List<LogBlock> blocks(SyntheticLog.Config config, int threads) {
        List<LogBlock> blocks = new ArrayList<>();
        SyntheticLog.generate(config, threads, blocks::add);
        return blocks;
    }
}
