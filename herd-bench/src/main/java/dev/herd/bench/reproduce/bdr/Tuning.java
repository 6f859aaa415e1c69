package dev.herd.bench.reproduce.bdr;

import dev.herd.bench.reproduce.bdr.Family.Trials;
import dev.herd.bench.reproduce.lab.Claim;
import dev.herd.bench.reproduce.lab.Expectation;
import dev.herd.bench.reproduce.lab.Findings;
import dev.herd.bench.reproduce.lab.Lab;
import dev.herd.bench.reproduce.lab.Lab.Trial;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Models trained in fp32, cast to a format, and tuned in it for a few steps. What tuning is worth is told by
/// fp32 models tuned alike: steps help in any format.
final class Tuning {
    private static final int STEPS = 300;

    /// The order of the rows is another one than in training.
    private static final long SEEDS_APART = 100;

    /// That of the training with a tenth of its rates.
    private static final String RECIPE = """
            learning_rate: {rate: 4e-4, decay: {kind: cosine}}
            tables: {optimizer: {kind: exact_adam}, rate: 1e-3}
            dense: {optimizer: {kind: adam}}
            batch_size: 512
            gradient_norm: 0.5
            evaluation: {split: null, test: test, monitor: logloss, auc: streaming}
            stopping: {restore_best: false}
            """;

    private static final List<Arm> ARMS = List.of(Arm.MX6, Arm.MX4, Arm.MIXED);
    private static final double CLOSE = 0.2;
    private static final double HALF = 0.5;

    private final Lab lab;
    private final Findings.Notes notes;
    private final Path log;
    private final List<Trials> trials;

    /// @param trials of models that were trained on the log
    Tuning(Lab lab, Findings.Notes notes, Path log, List<Trials> trials) {
        this.lab = lab;
        this.notes = notes;
        this.log = log;
        this.trials = trials;
    }

    /// One format of one model.
    ///
    /// @param cast change of normalized entropy by the cast alone
    /// @param tuned change against the fp32 model tuned alike
    private record Recovery(Arm arm, Change cast, Change tuned) {
        /// The share of what the cast loses that tuning brings back.
        double share() {
            return 1 - tuned.mean() / cast.mean();
        }
    }

    void measure() {
        List<List<String>> rows = new ArrayList<>();
        for (Trials family : trials) {
            String title = family.family().title();
            List<Trial> plain = tuned(family, Arm.FP32);
            rows.add(List.of(
                    title, Arm.FP32.title(), "", change(family.plain(), plain).text(), ""));
            for (Arm arm : ARMS) {
                Recovery recovery = new Recovery(arm, family.ofCast(arm), change(plain, tuned(family, arm)));
                rows.add(List.of(
                        title,
                        arm.title(),
                        recovery.cast().text(),
                        recovery.tuned().text(),
                        recovery.tuned().spreadText()));
                claims(title, recovery);
            }
        }
        notes.table(new Findings.Table(
                "Trained in FP32, tuned in a format for " + steps() + " steps",
                List.of("model", "format", ">cast %", ">tuned %", ">spread %"),
                rows));
        notes.recipe("recipe of tuning", RECIPE);
        notes.condition(
                "tuned",
                "change of NE against the FP32 model tuned alike, whose own row says how tuning changes it; the order of"
                        + " the rows is not that of the training");
    }

    private void claims(String title, Recovery recovery) {
        String format = recovery.arm().title();
        if (recovery.arm() == Arm.MX6) {
            notes.claim(new Claim(
                    title + " cast to MX6 and tuned, change of NE",
                    null,
                    recovery.tuned().mean(),
                    "%",
                    Expectation.atMost(CLOSE)));
        }
        notes.claim(new Claim(
                title + " tuned in " + format + ", share of the cast's loss that comes back",
                null,
                recovery.share(),
                "x",
                Expectation.atLeast(HALF)));
    }

    private List<Trial> tuned(Trials family, Arm arm) {
        return family.plain().stream()
                .map(trial -> {
                    String start = "from: '" + trial.run().toAbsolutePath() + "'\nsteps: " + steps() + "\n";
                    Family model = family.family();
                    return lab.train(
                            model.name(arm) + "-tuned",
                            arm.recipe(RECIPE + start),
                            model.model(),
                            log,
                            trial.seed() + SEEDS_APART);
                })
                .toList();
    }

    private int steps() {
        return lab.share(STEPS);
    }

    /// In percent, seed by seed.
    private static Change change(List<Trial> before, List<Trial> after) {
        return Change.between(Trials.ne(before), Trials.ne(after));
    }
}
