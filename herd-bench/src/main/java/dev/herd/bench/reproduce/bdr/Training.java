package dev.herd.bench.reproduce.bdr;

import dev.herd.bench.duel.Outcome;
import dev.herd.bench.reproduce.lab.Claim;
import dev.herd.bench.reproduce.lab.DefaultLog;
import dev.herd.bench.reproduce.lab.Expectation;
import dev.herd.bench.reproduce.lab.Findings;
import dev.herd.bench.reproduce.lab.Lab;
import dev.herd.bench.reproduce.lab.MovieLens;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Ranking models trained with the operands of all matrix products in a format, trained models cast to one,
/// and what a step costs.
final class Training {
    private static final int SEEDS = 3;
    private static final long ROWS = 500_000;

    /// Normalized entropy in percent up to which two ways to train count as equal.
    private static final double EQUAL = 0.02;

    private static final double CLOSE = 0.2;
    private static final double DEAREST_STEP = 2.5;

    private final Lab lab;
    private final Findings.Notes notes;

    private final List<Family> families;

    /// @param families to train on the default log
    Training(Lab lab, Findings.Notes notes, List<Family> families) {
        this.lab = lab;
        this.notes = notes;
        this.families = families;
    }

    void measure() {
        List<Long> seeds = lab.seeds(SEEDS);
        Path log = lab.log(DefaultLog.config(lab.rows(ROWS)));
        List<Family.Trials> all = new ArrayList<>();
        for (Family family : families) {
            all.add(family.trials(lab, log, seeds));
        }
        Tuning tuning = new Tuning(lab, notes, log, List.copyOf(all));
        Optional<Path> movieLens = MovieLens.prepare(lab);
        movieLens.ifPresent(data -> all.add(Family.MOVIELENS.trials(lab, data, seeds)));
        all.forEach(this::claims);
        notes.table(trained(all));
        notes.table(cast(all));
        tuning.measure();
        steps(log);
        DefaultLog.conditions(notes, lab, log, seeds);
        notes.condition(
                "rounded",
                "both operands of all three products of a step along the dimension that is summed over, "
                        + Arm.MX6.formats() + " and the like; sums, weights between steps and all else in fp32");
        notes.condition(
                "spread",
                "standard deviation over seeds; of changes, seed by seed against fp32 from the same first weights");
        notes.condition(
                Arm.REORDERED.title(),
                "the same run with gradients summed over four slices of a batch instead of two: a change of a format that"
                        + " is no larger cannot be told from rounding of another kind");
        families.forEach(family -> notes.condition(family.title(), family.model()));
        if (movieLens.isPresent()) {
            notes.condition(Family.MOVIELENS.title(), Family.MOVIELENS.model());
            notes.recipe("recipe on MovieLens", MovieLens.RECIPE);
        } else {
            notes.condition("MovieLens", MovieLens.ABSENT);
        }
    }

    private void claims(Family.Trials trials) {
        String title = trials.family().title();
        double change = Math.abs(trials.ofTraining(Arm.MX9).mean());
        claim(title + " trained in MX9, change of NE", change, "%", Expectation.atMost(EQUAL));
        if (trials.plain().size() > 1) {
            claim(
                    title + " trained in MX9, change over the spread of FP32",
                    change / trials.plainSpread(),
                    "x",
                    Expectation.atMost(1));
        }
        claim(
                title + " trained in MX6, change of NE",
                Math.abs(trials.ofTraining(Arm.MX6).mean()),
                "%",
                Expectation.atMost(CLOSE));
        claim(
                title + " cast to MX9, change of NE",
                Math.abs(trials.ofCast(Arm.MX9).mean()),
                "%",
                Expectation.atMost(EQUAL));
    }

    private void claim(String name, double measured, String unit, Expectation expectation) {
        notes.claim(new Claim(name, null, measured, unit, expectation));
    }

    private static Findings.Table trained(List<Family.Trials> all) {
        List<List<String>> rows = new ArrayList<>();
        for (Family.Trials trials : all) {
            rows.add(List.of(
                    trials.family().title(),
                    Arm.FP32.title(),
                    format("%.5f", trials.plainNe()),
                    "",
                    format("%.4f", trials.plainSpread())));
            trials.ofOrder().ifPresent(change -> rows.add(trained(trials, Arm.REORDERED, change)));
            for (Arm arm : Arm.ROUNDED) {
                rows.add(trained(trials, arm, trials.ofTraining(arm)));
            }
        }
        return new Findings.Table(
                "Trained in a format", List.of("model", "format", ">NE", ">change %", ">spread %"), rows);
    }

    private static List<String> trained(Family.Trials trials, Arm arm, Change change) {
        double ne = trials.plainNe() * (1 + change.mean() / 100);
        return List.of(trials.family().title(), arm.title(), format("%.5f", ne), change.text(), change.spreadText());
    }

    private static Findings.Table cast(List<Family.Trials> all) {
        List<List<String>> rows = new ArrayList<>();
        for (Family.Trials trials : all) {
            for (Arm arm : Arm.ROUNDED) {
                Change change = trials.ofCast(arm);
                rows.add(List.of(trials.family().title(), arm.title(), change.text(), change.spreadText()));
            }
        }
        return new Findings.Table(
                "Trained in FP32, scored in a format", List.of("model", "format", ">change %", ">spread %"), rows);
    }

    private void steps(Path log) {
        StepTimes times = new StepTimes(lab, log);
        List<List<String>> rows = new ArrayList<>();
        double dearest = 0;
        for (Family family : families) {
            for (Map.Entry<Arm, Outcome> entry : times.of(family).entrySet()) {
                Outcome outcome = entry.getValue();
                rows.add(List.of(
                        family.title(),
                        entry.getKey().title(),
                        format("%.2f", 1 / outcome.ratio()),
                        format("%.2f", 1 / outcome.ratioMax()),
                        format("%.2f", 1 / outcome.ratioMin())));
                if (family.title().equals(Family.WUKONG.title())) {
                    dearest = Math.max(dearest, 1 / outcome.ratio());
                }
            }
        }
        notes.table(new Findings.Table(
                "Time of a step over that in FP32",
                List.of("model", "format", ">median x", ">least x", ">most x"),
                rows));
        claim("Wukong: the dearest step over FP32's", dearest, "x", Expectation.atMost(DEAREST_STEP));
    }

    private static String format(String pattern, double value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}
