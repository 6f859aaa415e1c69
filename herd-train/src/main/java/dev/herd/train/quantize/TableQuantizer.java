package dev.herd.train.quantize;

import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.data.dataset.Dataset;
import dev.herd.embedding.EmbeddingTable;
import dev.herd.embedding.RowFormat;
import dev.herd.train.Predictor;
import dev.herd.train.TrainedModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Chooses the formats of a trained model's tables. Nothing is estimated: the model is evaluated with each table in
/// each
/// format alone, and again after every step of the choice.
///
/// The choice is greedy: of all steps that save bytes, the one that saves most for the entropy it costs alone comes
/// first; a step after which all tables together cost more than the budget is taken back.
public final class TableQuantizer {
    /// Below this a change of the entropy counts as none.
    private static final double NOTHING = 1e-9;

    private final TrainedModel model;
    private final Dataset dataset;
    private final String split;
    private final Choice choice;
    private final List<EmbeddingTable> tables;
    private final Map<EmbeddingTable, RowFormat> before = new LinkedHashMap<>();
    private final List<Step> trials = new ArrayList<>();

    private TableQuantizer(TrainedModel model, Dataset dataset, String split, Choice choice) {
        this.model = model;
        this.dataset = dataset;
        this.split = split;
        this.choice = choice;
        this.tables = model.tables().values().stream().flatMap(List::stream).toList();
        tables.forEach(table -> before.put(table, table.precision()));
    }

    /// One table alone in a format.
    ///
    /// @param change of the entropy
    private record Step(EmbeddingTable table, RowFormat format, double change) {
        long bytes() {
            return bytes(table, format);
        }

        static long bytes(EmbeddingTable table, RowFormat format) {
            return Math.multiplyExact(table.rows(), format.rowBytes(table.dim()));
        }
    }

    /// Measures, chooses, and leaves the model's tables held as chosen.
    ///
    /// **Throws** [InputException] when no choice keeps the budgets, or the split cannot be measured on.
    public static Receipt quantize(
            TrainedModel model, Dataset dataset, String split, Choice choice, Progress progress) {
        return new TableQuantizer(model, dataset, split, choice).run(progress);
    }

    private Receipt run(Progress progress) {
        double entropy = entropy();
        if (Double.isNaN(entropy)) {
            throw InputException.of(
                    dataset.folder(), "split '" + split + "' has labels of one kind only; measure on another split");
        }
        measureAlone(entropy, progress);
        double after = choose(entropy);
        return new Receipt(
                split,
                dataset.rows(split),
                entropy,
                after,
                tables.stream().map(this::receipt).toList(),
                trials.stream()
                        .map(step -> new Receipt.Trial(
                                step.table().name(), step.format().label(), step.bytes(), step.change()))
                        .toList());
    }

    private double entropy() {
        return Predictor.evaluate(model, dataset, split, Progress.SILENT).entrySet().stream()
                .filter(metric ->
                        metric.getKey().equals("ne") || metric.getKey().endsWith("/ne"))
                .mapToDouble(Map.Entry::getValue)
                .average()
                .orElseThrow();
    }

    private void measureAlone(double entropy, Progress progress) {
        try (Progress.Task task =
                progress.start("tables", (long) tables.size() * choice.formats().size(), "evaluations")) {
            for (EmbeddingTable table : tables) {
                for (RowFormat format : choice.formats()) {
                    if (Step.bytes(table, format) < Step.bytes(table, table.precision())) {
                        table.hold(format);
                        trials.add(new Step(table, format, entropy() - entropy));
                        table.hold(original(table));
                    }
                    task.advance(1);
                }
            }
        }
    }

    private RowFormat original(EmbeddingTable table) {
        return before.getOrDefault(table, table.precision());
    }

    /// The entropy with all tables as chosen.
    private double choose(double entropy) {
        double limit = entropy * (1 + choice.entropyBudget());
        double reached = entropy;
        List<Step> open = new ArrayList<>(trials);
        while (bytes() > choice.byteBudget()) {
            Optional<Step> next = open.stream()
                    .filter(step ->
                            step.bytes() < Step.bytes(step.table(), step.table().precision()))
                    .max(Comparator.comparingDouble(this::worth));
            if (next.isEmpty()) {
                break;
            }
            Step step = next.get();
            open.remove(step);
            RowFormat back = step.table().precision();
            step.table().hold(step.format());
            double with = limit < Double.POSITIVE_INFINITY ? entropy() : reached;
            if (with > limit) {
                step.table().hold(back);
            } else {
                reached = with;
            }
        }
        if (choice.byteBudget() > 0 && bytes() > choice.byteBudget()) {
            throw new InputException("the tables take " + bytes() + " bytes at least, the budget is "
                    + choice.byteBudget() + "; allow smaller formats or a larger budget");
        }
        return entropy();
    }

    private long bytes() {
        return tables.stream()
                .mapToLong(table -> Step.bytes(table, table.precision()))
                .sum();
    }

    /// Bytes that a step saves for the entropy that it costs.
    private double worth(Step step) {
        double saved = Step.bytes(step.table(), step.table().precision()) - step.bytes();
        return saved / Math.max(NOTHING, step.change() - change(step.table()));
    }

    /// Of the entropy, with a table alone as it is held.
    private double change(EmbeddingTable table) {
        return trials.stream()
                .filter(step -> step.table() == table && step.format() == table.precision())
                .mapToDouble(Step::change)
                .findFirst()
                .orElse(0);
    }

    private Receipt.Table receipt(EmbeddingTable table) {
        return new Receipt.Table(
                table.name(),
                table.rows(),
                table.dim(),
                original(table).label(),
                table.precision().label(),
                Step.bytes(table, original(table)),
                Step.bytes(table, table.precision()),
                change(table));
    }
}
