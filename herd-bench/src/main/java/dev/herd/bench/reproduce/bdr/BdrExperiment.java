package dev.herd.bench.reproduce.bdr;

import dev.herd.bench.formats.Qsnr;
import dev.herd.bench.reproduce.lab.Claim;
import dev.herd.bench.reproduce.lab.Expectation;
import dev.herd.bench.reproduce.lab.Experiment;
import dev.herd.bench.reproduce.lab.Findings;
import dev.herd.bench.reproduce.lab.Lab;
import dev.herd.numerics.format.Element;
import dev.herd.numerics.format.Level;
import dev.herd.numerics.format.NumberFormat;
import dev.herd.numerics.format.NumberFormats;
import dev.herd.numerics.format.Rounding;
import dev.herd.numerics.format.ScaleRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Fidelity of number formats in blocks: the ratio of signal to noise of each, what each part of MX brings,
/// and the bound of theorem 1; then what ranking models and a transformer over characters learn and lose in
/// them, see [Training] and [Language].
public final class BdrExperiment implements Experiment {
    private static final String FORMATS = "formats";
    private static final String TRAINING = "training";
    private static final String LANGUAGE = "language";

    private static final double TOLERANCE = 0.05;
    private static final long BLOCKS = 1_000_000;

    /// The ratios of an independent calculation in float64, by preset; the paper prints only a plot.
    private static final Map<String, Double> CALCULATED = calculated();

    private static Map<String, Double> calculated() {
        Map<String, Double> table = new LinkedHashMap<>();
        table.put("mx9", 46.60);
        table.put("mx6", 28.37);
        table.put("mx4", 15.78);
        table.put("msfp16", 42.99);
        table.put("msfp12", 18.84);
        table.put("vsq-int4-d4", 21.23);
        table.put("vsq-int6-d4", 32.78);
        table.put("vsq-int8-d6", 45.14);
        table.put("vsq-int8-d8", 46.38);
        table.put("mxfp8-e4m3", 30.48);
        table.put("mxfp8-e5m2", 25.34);
        table.put("mxfp4", 18.75);
        table.put("fp8-e4m3-row", 31.56);
        table.put("fp8-e5m2-row", 25.58);
        table.put("fp6-e3m2-row", 25.58);
        table.put("fp6-e2m3-row", 31.07);
        table.put("fp4-e2m1-row", 18.78);
        table.put("int8-row", 42.09);
        table.put("int6-row", 29.84);
        table.put("int4-row", 16.91);
        table.put("mxint8", 42.01);
        table.put("mxfp6-e2m3", 30.97);
        table.put("mxfp6-e3m2", 25.34);
        table.put("nvfp4", 20.44);
        return table;
    }

    @Override
    public String name() {
        return "bdr";
    }

    @Override
    public String paper() {
        return "Rouhani et al.: With Shared Microexponents, A Little Shifting Goes a Long Way, ISCA 2023"
                + " (arXiv 2302.08007)";
    }

    @Override
    public String about() {
        return "Signal over quantization noise of formats with shared scales on Gaussian vectors, what microexponents add,"
                + " and the bound of theorem 1 on random and adversarial blocks. Ranking models trained with the operands"
                + " of all matrix products in MX formats, trained ones cast to them, and cast ones tuned. A small transformer"
                + " over characters, trained and cast alike.";
    }

    @Override
    public List<String> parts() {
        return List.of(FORMATS, TRAINING, LANGUAGE);
    }

    @Override
    public Findings run(Lab lab) {
        Findings.Notes notes = new Findings.Notes();
        if (lab.wants(FORMATS)) {
            fidelity(lab, notes);
        }
        if (lab.wants(TRAINING)) {
            new Training(lab, notes, Family.SYNTHETIC).measure();
        }
        if (lab.wants(LANGUAGE)) {
            new Language(lab, notes).measure();
        }
        return notes.findings();
    }

    private static void fidelity(Lab lab, Findings.Notes notes) {
        Qsnr qsnr = new Qsnr(lab.share(Qsnr.PAPER.vectors()), Qsnr.PAPER.length(), Qsnr.PAPER.seed());
        ratios(notes, qsnr);
        long blocks = lab.rows(BLOCKS);
        for (NumberFormat format : List.of(
                NumberFormats.MX9, NumberFormats.MX6, NumberFormats.MX4, NumberFormats.MSFP16, NumberFormats.MSFP12)) {
            Bound bound = Bound.of(format);
            notes.claim(new Claim(
                    "theorem 1: worst of " + blocks + " blocks over the bound, " + format.name(),
                    null,
                    bound.worst(blocks) - bound.decibels(),
                    "dB",
                    Expectation.atLeast(0)));
        }
        Bound mx9 = Bound.of(NumberFormats.MX9);
        notes.claim(new Claim(
                "theorem 1: adversarial block over the bound, MX9",
                null,
                mx9.adversarial() - mx9.decibels(),
                "dB",
                new Expectation(0, 0.1)));
        notes.condition("vectors", qsnr.vectors() + " of " + qsnr.length() + ", one deviation each");
        notes.condition("seed of the vectors", qsnr.seed());
        notes.condition("random blocks", "magnitudes log-uniform over 12 binades");
        notes.condition(
                "ratios to meet",
                "an independent calculation in float64; the paper prints differences, which stand under 'paper'");
    }

    private static void ratios(Findings.Notes notes, Qsnr qsnr) {
        List<NumberFormat> formats = new ArrayList<>();
        CALCULATED
                .keySet()
                .forEach(name -> formats.add(NumberFormats.named(name).orElseThrow()));
        NumberFormat rounded = NumberFormats.MXFP4.withRule(ScaleRule.RCEIL);
        NumberFormat amax = new NumberFormat(
                "INT8 by 32",
                Element.integer(7),
                Level.float32(32),
                Level.NONE,
                ScaleRule.AMAX,
                Rounding.HALF_EVEN,
                NumberFormat.Order.INTERLEAVED);
        NumberFormat wide = microexponents(2, 2);
        NumberFormat coarse = microexponents(1, 8);
        NumberFormat fine = microexponents(1, 1);
        formats.addAll(List.of(rounded, amax, wide, coarse, fine));
        List<Double> measured = qsnr.of(formats);
        Map<NumberFormat, Double> ratio = new LinkedHashMap<>();
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < formats.size(); i++) {
            NumberFormat format = formats.get(i);
            double here = measured.get(i);
            ratio.put(format, here);
            rows.add(List.of(format.toString(), text(format.bitsPerNumber()), text(here)));
        }
        notes.table(
                new Findings.Table("Signal over quantization noise", List.of("format", ">bits a number", ">dB"), rows));
        CALCULATED.forEach((name, expected) ->
                notes.claim(within(name, of(ratio, NumberFormats.named(name).orElseThrow()), expected)));
        notes.claim(within("mxfp4, rceil", of(ratio, rounded), 18.64));
        notes.claim(within("int8 by 32, amax", of(ratio, amax), 45.43));
        double mx4 = of(ratio, NumberFormats.MX4);
        double mx9 = of(ratio, NumberFormats.MX9);
        notes.claim(delta("MX9 over MSFP16", 3.6, 3.61, mx9 - of(ratio, NumberFormats.MSFP16)));
        notes.claim(delta("MX4, d2 from 1 to 2", 0.5, 0.54, of(ratio, wide) - mx4));
        notes.claim(delta("MX4, k2 from 8 to 2", 2.0, 1.99, mx4 - of(ratio, coarse)));
        notes.claim(delta("MX4, k2 from 2 to 1", 0.7, 0.70, of(ratio, fine) - mx4));
        notes.claim(new Claim(
                "MX9 over FP8 E4M3 in blocks of 32",
                16.0,
                mx9 - of(ratio, NumberFormats.MXFP8_E4M3),
                "dB",
                new Expectation(15.5, 16.5)));
    }

    private static double of(Map<NumberFormat, Double> ratios, NumberFormat format) {
        return ratios.getOrDefault(format, Double.NaN);
    }

    private static Claim within(String name, double here, double expected) {
        return claim("QSNR of " + name, null, here, expected);
    }

    private static Claim delta(String name, double published, double expected, double here) {
        return claim(name, published, here, expected);
    }

    private static Claim claim(String name, @Nullable Double published, double here, double expected) {
        return new Claim(name, published, here, "dB", new Expectation(expected - TOLERANCE, expected + TOLERANCE));
    }

    private static NumberFormat microexponents(int d2, int k2) {
        return new NumberFormat(
                "MX4 with d2=" + d2 + " k2=" + k2,
                Element.integer(2),
                Level.powerOfTwo(8, 16),
                Level.microexponent(d2, k2),
                ScaleRule.FLOOR,
                Rounding.HALF_EVEN,
                NumberFormat.Order.INTERLEAVED);
    }

    private static String text(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
