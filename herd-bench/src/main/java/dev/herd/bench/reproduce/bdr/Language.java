package dev.herd.bench.reproduce.bdr;

import dev.herd.bench.reproduce.bdr.CharTraining.Recipe;
import dev.herd.bench.reproduce.lab.Claim;
import dev.herd.bench.reproduce.lab.Expectation;
import dev.herd.bench.reproduce.lab.Findings;
import dev.herd.bench.reproduce.lab.Lab;
import dev.herd.nn.Numerics;
import dev.herd.numerics.WorkerPool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// A small transformer over characters, trained in every format with the settings of fp32.
///
/// **Paper**: 2302.08007, section 5; its GPT-XL reaches the same loss in MX9 as in FP32.
final class Language {
    private static final String TEXT = "text-corpus/tinyshakespeare.txt.gz";
    private static final int SEEDS = 3;

    /// Less than a minute a model on one core.
    private static final Recipe RECIPE = new Recipe(new CharModel.Shape(64, 64, 2, 2), 400, 16, 2, 1);

    private static final String TRAINED = "trained";
    private static final List<Arm> ARMS = List.of(Arm.BF16, Arm.MX9, Arm.MX6, Arm.MX4);

    /// The paper prints 2.74 and 2.74 nats for one model, 2.21 and 2.22 for another.
    private static final Expectation SAME = new Expectation(0.995, 1.005);

    private final Lab lab;
    private final Findings.Notes notes;
    private final Recipe recipe;

    Language(Lab lab, Findings.Notes notes) {
        this(lab, notes, RECIPE.withSteps(lab.share(RECIPE.steps())));
    }

    Language(Lab lab, Findings.Notes notes, Recipe recipe) {
        this.lab = lab;
        this.notes = notes;
        this.recipe = recipe;
    }

    /// Nats a held-out character, by seed.
    ///
    /// @param nudged in fp32 with the sums in another order: how far such runs part is what rounding alone does
    /// @param cast of the fp32 models, scored in each format
    private record Losses(
            List<Double> plain, List<Double> nudged, Map<Arm, List<Double>> trained, Map<Arm, List<Double>> cast) {
        double mean() {
            return Change.mean(plain);
        }

        /// How the seeds differ from their mean, in percent.
        double spread() {
            return Change.amongSeeds(plain).spread();
        }

        Change ofNudge() {
            return change(nudged);
        }

        Change ofTraining(Arm arm) {
            return change(Objects.requireNonNull(trained.get(arm), arm.title()));
        }

        Change ofCast(Arm arm) {
            return change(Objects.requireNonNull(cast.get(arm), arm.title()));
        }

        private Change change(List<Double> others) {
            return Change.between(plain, others);
        }
    }

    void measure() {
        Optional<Path> file = lab.data().map(data -> data.resolve(TEXT)).filter(Files::isRegularFile);
        if (file.isEmpty()) {
            notes.condition("characters", "skipped: name the folder that holds " + TEXT + " by --data");
            return;
        }
        CharText text = CharText.read(file.get());
        try (WorkerPool pool = WorkerPool.create(lab.threads())) {
            Bench bench = new Bench(text, recipe, pool);
            Losses losses = losses(bench);
            claims(losses);
            notes.table(table(losses));
            notes.condition(
                    "characters",
                    "%s, %,d to learn from and %,d held out, %d different; %,d parameters, %s"
                            .formatted(
                                    TEXT,
                                    text.learnt().length,
                                    text.heldOut().length,
                                    text.characters(),
                                    bench.parameters(),
                                    recipe));
        }
        notes.condition(
                "rounded in it",
                "linear maps and both products of attention; embeddings, softmax, norms, sums and weights between steps"
                        + " stay fp32");
    }

    /// What every model is trained with.
    private record Bench(CharText text, Recipe recipe, WorkerPool pool) {
        CharTraining training(long seed) {
            return new CharTraining(recipe, text, seed, pool);
        }

        long parameters() {
            try (CharTraining training = training(1)) {
                return training.count();
            }
        }

        Bench withSlices(int slices) {
            return new Bench(text, recipe.withSlices(slices), pool);
        }
    }

    private Losses losses(Bench bench) {
        List<Long> seeds = lab.seeds(SEEDS);
        List<Map<String, Double>> plain =
                seeds.stream().map(seed -> plain(bench, seed)).toList();
        Map<Arm, List<Double>> trained = new LinkedHashMap<>();
        Map<Arm, List<Double>> cast = new LinkedHashMap<>();
        for (Arm arm : ARMS) {
            trained.put(
                    arm, seeds.stream().map(seed -> trained(bench, arm, seed)).toList());
            cast.put(
                    arm,
                    plain.stream().map(figures -> figure(figures, arm.title())).toList());
        }
        List<Double> nudged = seeds.stream()
                .map(seed -> trained(bench.withSlices(2 * recipe.slices()), Arm.FP32, seed))
                .toList();
        return new Losses(
                plain.stream().map(figures -> figure(figures, TRAINED)).toList(), nudged, trained, cast);
    }

    /// A model in fp32, as it was trained and scored in each format.
    private Map<String, Double> plain(Bench bench, long seed) {
        return lab.figures(name(Arm.FP32, seed), bench.recipe() + " cast to " + ARMS, () -> {
            Map<String, Double> figures = new LinkedHashMap<>();
            try (CharTraining training = bench.training(seed)) {
                training.train(Numerics.FP32, name(Arm.FP32, seed), lab.progress());
                figures.put(TRAINED, training.measure(Numerics.FP32));
                ARMS.forEach(arm -> figures.put(arm.title(), training.measure(arm.formats())));
            }
            return figures;
        });
    }

    private double trained(Bench bench, Arm arm, long seed) {
        Map<String, Double> figures =
                lab.figures(name(arm, seed), bench.recipe().toString(), () -> {
                    try (CharTraining training = bench.training(seed)) {
                        training.train(arm.formats(), name(arm, seed), lab.progress());
                        return Map.of(TRAINED, training.measure(arm.formats()));
                    }
                });
        return figure(figures, TRAINED);
    }

    private static double figure(Map<String, Double> figures, String name) {
        return Objects.requireNonNull(figures.get(name), name);
    }

    private static String name(Arm arm, long seed) {
        return "characters-" + arm.title().toLowerCase(Locale.ROOT) + "-" + seed;
    }

    private void claims(Losses losses) {
        double change = losses.ofTraining(Arm.MX9).mean();
        notes.claim(new Claim("characters: loss in MX9 over FP32", 1.0, 1 + change / 100, "x", SAME));
        if (losses.plain().size() > 1) {
            notes.claim(new Claim(
                    "characters: change in MX9 over the spread of FP32",
                    null,
                    Math.abs(change) / losses.spread(),
                    "x",
                    Expectation.atMost(1)));
        }
    }

    private static Findings.Table table(Losses losses) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(Arm.FP32.title(), text(losses.mean()), "", text(losses.spread()), "", ""));
        Change nudge = losses.ofNudge();
        rows.add(List.of(Arm.REORDERED.title(), loss(losses, nudge), nudge.text(), nudge.spreadText(), "", ""));
        for (Arm arm : ARMS) {
            Change change = losses.ofTraining(arm);
            Change cast = losses.ofCast(arm);
            rows.add(List.of(
                    arm.title(),
                    loss(losses, change),
                    change.text(),
                    change.spreadText(),
                    cast.text(),
                    cast.spreadText()));
        }
        return new Findings.Table(
                "A transformer over characters",
                List.of("format", ">nats", ">trained: change %", ">spread %", ">cast: change %", ">spread %"),
                rows);
    }

    private static String loss(Losses losses, Change change) {
        return text(losses.mean() * (1 + change.mean() / 100));
    }

    private static String text(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
