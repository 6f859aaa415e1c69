package dev.herd.cli.quickstart;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.herd.cli.run.RunSummary;
import dev.herd.cli.terminal.Console;
import dev.herd.cli.terminal.Figures;
import dev.herd.cli.terminal.TextTable;
import dev.herd.data.synthetic.SyntheticLog;
import dev.herd.data.synthetic.Truth;
import dev.herd.train.TrainResult;
import dev.herd.train.Trainer;
import dev.herd.train.report.ComparisonReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/// Generates the log, trains every contender on it, and compares them.
public final class Race {
    private static final String TEST = "test";

    private final Console console;
    private final Path folder;
    private final int threads;

    /// @param folder for the log, the runs and the report; made when it is not there
    public Race(Console console, Path folder, int threads) {
        this.console = console;
        this.folder = folder;
        this.threads = threads;
    }

    /// The outcome as printed for machines.
    public record Outcome(@JsonProperty("best_ne") double bestNe, List<Line> models) {
        record Line(
                String name,
                double auc,
                double logloss,
                double ne,
                @JsonProperty("samples_per_s") double samplesPerSecond) {}

        static Outcome of(double bestNe, List<Standing> standings) {
            return new Outcome(
                    bestNe,
                    standings.stream()
                            .map(s -> new Line(s.name(), s.auc(), s.logloss(), s.ne(), s.samplesPerSecond()))
                            .toList());
        }
    }

    /// Runs all of it and returns what to print.
    public Outcome run(SyntheticLog.Config log, boolean table) {
        Path dataset = folder.resolve("clicks");
        console.say("1. Generating a click log of " + Figures.count(log.rows()) + " rows into " + dataset);
        SyntheticLog.write(log, dataset, threads, console.display());
        Truth truth = Truth.read(dataset).orElseThrow();
        console.say("2. Training " + Contender.ALL.size() + " models, one pass each");
        List<Standing> standings = new ArrayList<>();
        List<ComparisonReport.Run> runs = new ArrayList<>();
        for (Contender contender : Contender.ALL) {
            console.say(contender.title());
            TrainResult result = Trainer.train(
                    contender.config(dataset, folder.resolve(contender.model()), threads), console.display());
            standings.add(Standing.of(contender, result, truth));
            runs.add(compared(contender, result));
        }
        Path report = report(runs, log, truth);
        if (table) {
            table(standings, truth).forEach(console::print);
        }
        console.say("Report: " + report);
        console.say("Next: look at one of the runs (./herd inspect " + folder.resolve("wukong")
                + "), or train on your own data (examples/).");
        return Outcome.of(truth.bestNe(TEST), standings);
    }

    private static ComparisonReport.Run compared(Contender contender, TrainResult result) {
        return new ComparisonReport.Run(
                contender.title(),
                contender.model() + "/report.html",
                result.test(),
                result.samplesPerSecond(),
                RunSummary.read(result.folder()).lossBySample());
    }

    private Path report(List<ComparisonReport.Run> runs, SyntheticLog.Config log, Truth truth) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("dataset", folder.resolve("clicks").toString());
        truth.splits()
                .forEach((split, known) -> facts.put(
                        split,
                        String.format(Locale.ROOT, "%,d rows, %.1f %% clicks", known.rows(), 100 * known.labelRate())));
        facts.put("seed", Long.toString(log.seed()));
        Path report = folder.resolve("report.html");
        String page = ComparisonReport.html(
                "Quickstart: " + runs.size() + " models on one click log",
                facts,
                runs,
                OptionalDouble.of(truth.bestNe(TEST)));
        try {
            Files.writeString(report, page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return report;
    }

    private static List<String> table(List<Standing> standings, Truth truth) {
        TextTable table = new TextTable("model", ">AUC", ">log loss", ">NE", ">gap closed", ">samples/s");
        for (Standing standing : standings) {
            table.row(
                    standing.name(),
                    format("%.4f", standing.auc()),
                    format("%.4f", standing.logloss()),
                    format("%.4f", standing.ne()),
                    format("%.1f %%", 100 * standing.gapClosed()),
                    format("%,.0f", standing.samplesPerSecond()));
        }
        Truth.Split test = Objects.requireNonNull(truth.splits().get(TEST));
        table.row(
                "best possible",
                "",
                format("%.4f", test.realizedLogLoss()),
                format("%.4f", test.realizedNe()),
                "100.0 %",
                "");
        return table.lines();
    }

    private static String format(String pattern, double value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}
