package dev.herd.bench.reproduce.dhen;

import dev.herd.bench.reproduce.lab.Claim;
import dev.herd.bench.reproduce.lab.DefaultLog;
import dev.herd.bench.reproduce.lab.Expectation;
import dev.herd.bench.reproduce.lab.Experiment;
import dev.herd.bench.reproduce.lab.Findings;
import dev.herd.bench.reproduce.lab.Lab;
import dev.herd.bench.reproduce.lab.Lab.Trial;
import dev.herd.bench.reproduce.lab.Matching;
import dev.herd.bench.reproduce.lab.ScalingCurve;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// DHEN's ensembles and depth on the default log: single modules, pairs and 1 to 6 layers against a
/// stack of cross layers, and depth against a mixture of experts of equal compute.
public final class DhenExperiment implements Experiment {
    private static final int SEEDS = 3;
    private static final long ROWS = 500_000;
    private static final int WIDTH = 16;
    private static final String DHEN = "DHEN";
    private static final String MIXTURE = "mixture of experts";

    /// Layers of the comparison of modules; the paper's has 5.
    private static final int STACK = 3;

    private static final String DOT = "{kind: dot, embeddings: %d, mlp: {hidden: [64]}}";
    private static final String ATTENTION =
            "{kind: attention, embeddings: %d, encoder: {heads: 2, feed_forward: 32, dropout: 0}}";
    private static final String LINEAR = "{kind: linear, embeddings: %d}";
    private static final String CROSS = "{kind: cross, embeddings: %d}";
    private static final String CONVOLUTION = "{kind: convolution, embeddings: %d, kernel: 5}";

    /// Embeddings of a layer, whatever its modules.
    private static final int EMBEDDINGS = 16;

    @Override
    public String name() {
        return "dhen";
    }

    @Override
    public String paper() {
        return "Zhang et al.: DHEN: A Deep and Hierarchical Ensemble Network for Large-Scale Click-Through Rate"
                + " Prediction, 2022 (arXiv 2203.11014)";
    }

    @Override
    public String about() {
        return "One pass over a synthetic log: normalized entropy of single interaction modules, pairs, and stacks of 1 to 6"
                + " layers against cross layers, and what doubling the compute gains beside a mixture of experts.";
    }

    /// A model under test with its trials.
    private record Arm(String name, List<Trial> seeds) {
        double ne() {
            return seeds.stream().mapToDouble(Trial::ne).average().orElseThrow();
        }

        /// Normalized entropy against another arm, in percent.
        double change(Arm base) {
            return 100 * (ne() - base.ne()) / base.ne();
        }

        /// Standard deviation over seeds of that change, seed by seed.
        double spread(Arm base) {
            double[] changes = new double[seeds.size()];
            for (int i = 0; i < changes.length; i++) {
                changes[i] = 100
                        * (seeds.get(i).ne() - base.seeds.get(i).ne())
                        / base.seeds.get(i).ne();
            }
            double mean = change(base);
            double squares = 0;
            for (double change : changes) {
                squares += (change - mean) * (change - mean);
            }
            return changes.length < 2 ? Double.NaN : Math.sqrt(squares / (changes.length - 1));
        }

        double megaFlops() {
            return seeds.getFirst().trainingFlops() / 1e6;
        }
    }

    @Override
    public Findings run(Lab lab) {
        Path log = lab.log(DefaultLog.config(lab.rows(ROWS)));
        Findings.Notes notes = new Findings.Notes();
        modules(notes, lab, log);
        depth(notes, lab, log);
        DefaultLog.conditions(notes, lab, log, lab.seeds(SEEDS));
        notes.condition(
                "AdvancedDLRM", "not published; inner products of all pairs under a perceptron stand in for it");
        notes.condition(
                "published figures",
                "tables 1 to 3 as transcribed in secondary notes; slopes are least-squares lines through table 3");
        return notes.findings();
    }

    /// The paper's table 1: which modules, and whether two together beat the better of them.
    private void modules(Findings.Notes notes, Lab lab, Path log) {
        Map<String, Arm> arms = new LinkedHashMap<>();
        arms.put("cross", arm(lab, log, "cross", STACK, CROSS));
        arms.put("attention", arm(lab, log, "attention", STACK, ATTENTION));
        arms.put("convolution", arm(lab, log, "convolution", STACK, CONVOLUTION));
        arms.put("linear", arm(lab, log, "linear", STACK, LINEAR));
        arms.put("dot", arm(lab, log, "dot", STACK, DOT));
        arms.put("cross + linear", arm(lab, log, "cross-linear", STACK, CROSS, LINEAR));
        arms.put("attention + linear", arm(lab, log, "attention-linear", STACK, ATTENTION, LINEAR));
        arms.put("attention + convolution", arm(lab, log, "attention-convolution", STACK, ATTENTION, CONVOLUTION));
        arms.put("dot + linear", arm(lab, log, "dot-linear", STACK, DOT, LINEAR));
        Arm base = of(arms, "cross");
        Map<String, Double> published = Map.of(
                "attention", -1.044,
                "convolution", -1.534,
                "linear", -1.538,
                "cross + linear", -0.004,
                "attention + linear", -1.576,
                "attention + convolution", -1.508);
        List<List<String>> rows = new ArrayList<>();
        arms.forEach((name, arm) -> {
            rows.add(row(name, arm, base));
            Double paper = published.get(name);
            if (paper != null) {
                notes.claim(new Claim(
                        "NE of " + name + " against cross", paper, arm.change(base), "%", Expectation.atMost(0)));
            }
        });
        notes.table(table("Modules, " + STACK + " layers, against the stack of cross layers", rows));
        double single = best(arms, "attention", "linear", "convolution", "dot");
        double pair = best(arms, "attention + linear", "attention + convolution", "dot + linear");
        notes.claim(new Claim(
                "best pair against the best single module",
                -0.038,
                100 * (pair - single) / single,
                "% NE",
                Expectation.atMost(0)));
    }

    private static double best(Map<String, Arm> arms, String... names) {
        double best = Double.POSITIVE_INFINITY;
        for (String name : names) {
            best = Math.min(best, of(arms, name).ne());
        }
        return best;
    }

    private static Arm of(Map<String, Arm> arms, String name) {
        return Objects.requireNonNull(arms.get(name), name);
    }

    /// The paper's tables 2 and 3: depth, and depth against a mixture of experts of equal compute.
    private void depth(Findings.Notes notes, Lab lab, Path log) {
        Arm base = arm(lab, log, "dot-only", 1, DOT);
        List<Arm> deep = new ArrayList<>();
        List<Arm> mixtures = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        rows.add(row("1 module: dot", base, base));
        for (int layers = 1; layers <= 6; layers++) {
            Arm arm = arm(lab, log, "dhen", layers, DOT, LINEAR);
            deep.add(arm);
            rows.add(row(layers + (layers == 1 ? " layer" : " layers") + ": dot + linear", arm, base));
        }
        for (int experts : List.of(4, 8, 16)) {
            Arm partner = deep.get(experts == 4 ? 1 : experts == 8 ? 3 : 5);
            Arm arm = mixture(lab, log, experts, partner.seeds().getFirst().trainingFlops());
            mixtures.add(arm);
            rows.add(row("mixture of " + experts + " experts, compute of " + partner.name(), arm, base));
        }
        notes.table(table("Depth, and mixtures of dot experts, against one dot module", rows));
        depthClaims(notes, base, deep, mixtures);
        notes.plot(new Findings.Plot(
                "depth",
                "NE against one dot module",
                "training MFLOP per example",
                "change of NE in %",
                List.of(
                        curve(DHEN, base, deep).line(),
                        curve(MIXTURE, base, mixtures).line())));
    }

    private static void depthClaims(Findings.Notes notes, Arm base, List<Arm> deep, List<Arm> mixtures) {
        double[] paper = {Double.NaN, -0.176, Double.NaN, -0.255};
        for (int layers : List.of(2, 4)) {
            notes.claim(new Claim(
                    "NE of " + layers + " layers against one dot module",
                    paper[layers - 1],
                    deep.get(layers - 1).change(base),
                    "%",
                    Expectation.atMost(0)));
        }
        notes.claim(new Claim(
                "NE of 6 layers against 1 layer",
                null,
                deep.getLast().change(deep.getFirst()),
                "%",
                Expectation.atMost(0)));
        double ours = curve(DHEN, base, List.of(deep.get(1), deep.get(3), deep.get(5)))
                .slopePer(2);
        double theirs = curve(MIXTURE, base, mixtures).slopePer(2);
        notes.claim(new Claim("DHEN: NE per doubled compute", -0.090, ours, "%", Expectation.atMost(0)));
        notes.claim(
                new Claim("mixture of experts: NE per doubled compute", -0.018, theirs, "%", Expectation.atMost(0)));
        notes.claim(new Claim(
                "gain per doubled compute of DHEN beyond the mixture's",
                0.071,
                theirs - ours,
                "%",
                Expectation.atLeast(0)));
        for (int i = 0; i < mixtures.size(); i++) {
            notes.claim(new Claim(
                    "NE of " + (2 + 2 * i) + " layers against the mixture of equal compute",
                    List.of(-0.05, -0.12, -0.16).get(i),
                    deep.get(1 + 2 * i).change(mixtures.get(i)),
                    "%",
                    Expectation.atMost(0)));
        }
    }

    private static ScalingCurve curve(String name, Arm base, List<Arm> arms) {
        return new ScalingCurve(
                name,
                arms.stream()
                        .map(arm -> new ScalingCurve.Point(
                                arm.seeds().getFirst().trainingFlops(), arm.change(base), arm.spread(base)))
                        .toList());
    }

    private static Arm arm(Lab lab, Path log, String name, int layers, String... modules) {
        int each = EMBEDDINGS / modules.length;
        List<String> made = new ArrayList<>();
        for (String module : modules) {
            made.add(module.formatted(each));
        }
        String model =
                "{name: dhen, embedding_dim: %d, bottom: {hidden: [32]}, layers: %d, stack: [{modules: %s, ensemble:"
                        + " concat}], head: {hidden: [64]}}";
        return trained(lab, log, name + "-" + layers, model.formatted(WIDTH, layers, made));
    }

    /// One layer of dot experts under a gate, wide enough to cost as much.
    private static Arm mixture(Lab lab, Path log, int experts, long flops) {
        int width = Matching.width(flops, hidden -> Lab.flops(mixture(experts, hidden), log));
        return trained(lab, log, "mixture-" + experts, mixture(experts, width));
    }

    private static String mixture(int experts, int hidden) {
        String expert = "{kind: dot, embeddings: %d, mlp: {hidden: [%d]}}".formatted(EMBEDDINGS, hidden);
        return "{name: dhen, embedding_dim: %d, bottom: {hidden: [32]}, layers: 1, stack: [{modules: [%s], ensemble: gated}], head: {hidden: [64]}}"
                .formatted(WIDTH, String.join(", ", Collections.nCopies(experts, expert)));
    }

    private static Arm trained(Lab lab, Path log, String name, String model) {
        return new Arm(
                name,
                lab.seeds(SEEDS).stream()
                        .map(seed -> lab.train(name, DefaultLog.RECIPE, model, log, seed))
                        .toList());
    }

    private static Findings.Table table(String caption, List<List<String>> rows) {
        return new Findings.Table(
                caption,
                List.of("model", ">training MFLOP/example", ">NE", ">change %", ">standard deviation %"),
                rows);
    }

    private static List<String> row(String name, Arm arm, Arm base) {
        return List.of(
                name,
                format("%.3f", arm.megaFlops()),
                format("%.5f", arm.ne()),
                format("%+.3f", arm.change(base)),
                format("%.3f", arm.spread(base)));
    }

    private static String format(String pattern, double value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}
