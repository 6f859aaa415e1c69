package dev.herd.bench.reproduce;

import dev.herd.bench.reproduce.bdr.BdrExperiment;
import dev.herd.bench.reproduce.dhen.DhenExperiment;
import dev.herd.bench.reproduce.lab.Experiment;
import dev.herd.bench.reproduce.lab.Findings;
import dev.herd.bench.reproduce.lab.Lab;
import dev.herd.bench.reproduce.lab.Lab.Scale;
import dev.herd.bench.reproduce.recd.RecdExperiment;
import dev.herd.bench.reproduce.wukong.WukongExperiment;
import dev.herd.cli.ExitCodes;
import dev.herd.cli.terminal.Console;
import dev.herd.cli.terminal.TextTable;
import dev.herd.data.InputException;
import dev.herd.data.config.Spelling;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "reproduce",
        description = {
            "Measures the claims of a paper: the paper's figure, ours, their ratio, and whether the claim holds here.",
            "Takes minutes on two cores. Started again in the same folder it goes on where it stopped."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {"  ./herd reproduce", "  ./herd reproduce wukong --rows 0.05 --seeds 1"})
final class ReproduceCommand implements Callable<Integer> {
    private static final List<Experiment> EXPERIMENTS =
            List.of(new WukongExperiment(), new DhenExperiment(), new BdrExperiment(), new RecdExperiment());

    private final Console console;

    @Nullable
    @Parameters(arity = "0..1", paramLabel = "PAPER", description = "The paper. Without it: the list of papers.")
    private String name;

    @Option(names = "--json", description = "Print claims and conditions as one JSON object.")
    private boolean json;

    @Option(names = "--write", description = "Write docs/reproductions/PAPER.md, with its plots, in this folder.")
    private boolean write;

    @Option(
            names = "--folder",
            paramLabel = "FOLDER",
            description = "For logs, runs and the report. Default: reproductions/PAPER.")
    private @Nullable Path folder;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            description = "Folder of public data sets, for the parts that need one; they are skipped without it.")
    private @Nullable Path data;

    @Nullable
    @Option(
            names = "--only",
            paramLabel = "PART",
            description = "Measure one part alone: of bdr formats, training or language.")
    private String only;

    @Option(
            names = "--rows",
            paramLabel = "SHARE",
            defaultValue = "1",
            description = "Share of the experiment's rows, in (0, 1]; less is a rehearsal, not a result.")
    private double rows = 1;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "0",
            description = "Number of seeds. Default: what the experiment asks for.")
    private int seeds;

    @Option(
            names = "--quick",
            description =
                    "A rehearsal in a minute or so: a fiftieth of the rows, one seed. For what it does, not for what it"
                            + " finds.")
    private boolean quick;

    @Option(names = "--threads", paramLabel = "N", description = "Threads. Default: the cores.")
    private int threads = Runtime.getRuntime().availableProcessors();

    ReproduceCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (name == null) {
            list();
            return ExitCodes.DONE;
        }
        Experiment experiment = named(name);
        Path place = folder == null ? Path.of("reproductions", experiment.name()) : folder;
        Lab lab = new Lab(place, threads, scale(), Optional.ofNullable(data), console.display());
        Findings findings = experiment.run(only == null ? lab : lab.only(part(experiment, only)));
        Sheet sheet = new Sheet(experiment, findings);
        Path report = sheet.writeReport(place);
        if (json) {
            console.printJson(object(experiment, findings));
        } else {
            TextTable table = new TextTable(Sheet.TITLES.toArray(String[]::new));
            sheet.claims().forEach(row -> table.row(row.toArray(String[]::new)));
            table.lines().forEach(console::print);
            findings.conditions().forEach((key, value) -> console.print(key + ": " + value));
        }
        console.say("Report: " + report);
        if (write) {
            console.say("Page: " + sheet.writePage(Path.of("docs", "reproductions")));
        }
        return ExitCodes.DONE;
    }

    private Scale scale() {
        if (quick) {
            return Scale.QUICK;
        }
        try {
            return new Scale(rows, seeds);
        } catch (IllegalArgumentException e) {
            throw new InputException("--rows, --seeds: " + e.getMessage(), e);
        }
    }

    private String part(Experiment experiment, String part) {
        if (!experiment.parts().contains(part)) {
            throw new InputException("--only: " + experiment.name() + " has no part '" + part + "'"
                    + Spelling.remedy(part, "parts", experiment.parts()));
        }
        if (write) {
            throw new InputException(
                    "--write and --only: the page would lose its other parts; leave out one of the two");
        }
        return part;
    }

    private static Experiment named(String name) {
        List<String> known = EXPERIMENTS.stream().map(Experiment::name).toList();
        return EXPERIMENTS.stream()
                .filter(experiment -> experiment.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new InputException(
                        "there is no experiment '" + name + "'" + Spelling.remedy(name, "experiments", known)));
    }

    private void list() {
        if (json) {
            console.printJson(EXPERIMENTS.stream()
                    .map(e -> Map.of("paper", e.name(), "title", e.paper(), "about", e.about()))
                    .toList());
            return;
        }
        for (Experiment experiment : EXPERIMENTS) {
            console.print(String.format("%-8s %s", experiment.name(), experiment.paper()));
            console.print("         " + experiment.about());
        }
    }

    private static Map<String, Object> object(Experiment experiment, Findings findings) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("paper", experiment.name());
        object.put(
                "claims",
                findings.claims().stream()
                        .map(claim -> {
                            Map<String, Object> one = new LinkedHashMap<>();
                            one.put("name", claim.name());
                            one.put("published", claim.published());
                            one.put("measured", claim.measured());
                            one.put("unit", claim.unit());
                            one.put("expected", claim.expectation().toString());
                            one.put("holds", claim.holds());
                            return one;
                        })
                        .toList());
        object.put("conditions", findings.conditions());
        return object;
    }
}
