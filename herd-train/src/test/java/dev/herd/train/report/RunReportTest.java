package dev.herd.train.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.FeatureSchema.DenseFeature;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.embedding.RowFormat;
import dev.herd.models.ConfiguredModel;
import dev.herd.models.dcnv2.Dcnv2;
import dev.herd.train.report.Series.Point;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunReportTest {
    static RunStory story() {
        List<RunStory.Progress> progress = new ArrayList<>();
        List<RunStory.Evaluation> evaluations = new ArrayList<>();
        for (int i = 1; i <= 1000; i++) {
            double loss = 0.4 + 0.3 * Math.exp(-i / 120.0) + 0.01 * Math.sin(i * 1.7);
            progress.add(new RunStory.Progress(
                    i * 100L, loss, 1e-3 * Math.pow(0.1, i / 400), 52_000 + 3000 * Math.sin(i), 0.3 + 2.0 / i));
            if (i % 100 == 0) {
                SequencedMap<String, Double> metrics = new LinkedHashMap<>();
                metrics.put("auc", 0.80 - 0.1 * Math.exp(-i / 200.0));
                metrics.put("logloss", loss + 0.01);
                metrics.put("ne", 0.82 + 0.15 * Math.exp(-i / 200.0));
                evaluations.add(new RunStory.Evaluation(i * 100L, i / 100, "validation", metrics, i == 900));
            }
        }
        List<RunStory.Reliability> bins = IntStream.range(0, 20)
                .mapToObj(i -> new RunStory.Reliability(i / 21.0, i / 20.5 + 0.01 * Math.cos(i), 100))
                .toList();
        SequencedMap<String, String> summary = new LinkedHashMap<>();
        summary.put("auc on test", "0.7981");
        summary.put("samples/s", "52,131");
        SequencedMap<String, String> facts = new LinkedHashMap<>();
        facts.put("dataset", "a <b> & \"c\"");
        Map<String, Double> parts = new LinkedHashMap<>();
        parts.put("forward", 3.2);
        parts.put("backward", 6.1);
        parts.put("embedding lookup", 0.9);
        return new RunStory(
                "dcnv2 on clicks",
                summary,
                facts,
                progress,
                evaluations,
                parts,
                bins,
                OptionalDouble.of(0.81),
                sheet(),
                "model: dcnv2\n");
    }

    private static ModelSheet sheet() {
        FeatureSchema schema = new FeatureSchema(
                List.of("click"),
                List.of(new DenseFeature("age")),
                List.of(new SparseFeature("item <1>", Arity.SINGLE, 50, false)),
                null,
                null,
                null);
        return ModelSheet.of(new ConfiguredModel<>(new Dcnv2(), Dcnv2.Config.defaults()), schema, RowFormat.FP16);
    }

    @Test
    void thePageIsWholeAndEscapesWhatItShows() {
        String page = RunReport.html(story());
        assertThat(page).startsWith("<!doctype html>").endsWith("</html>\n");
        assertThat(page).contains("a &lt;b&gt; &amp; &quot;c&quot;").doesNotContain("<b> &");
        assertThat(page).contains("best possible", "<tr class=best>", "prefers-color-scheme: dark");
        assertThat(page.split("<svg", -1)).hasSize(1 + 9);
        assertThat(page).doesNotContain("http", "NaN", "Infinity", "<script");
    }

    @Test
    void aRunThatMeasuredNothingHasAPageToo() {
        RunStory full = story();
        RunStory empty = new RunStory(
                "x",
                new LinkedHashMap<>(),
                new LinkedHashMap<>(),
                List.of(),
                List.of(),
                Map.of(),
                List.of(),
                OptionalDouble.empty(),
                sheet(),
                full.config());
        assertThat(RunReport.html(empty)).contains("nothing measured").doesNotContain("NaN");
    }

    @Test
    void ticksAreRoundNumbersThatCoverTheData() {
        Axis axis = Axis.around("y", 0.7123, 0.7981, 5);
        assertThat(axis.ticks().stream().map(axis::text)).startsWith("0.70").endsWith("0.80");
        assertThat(Axis.around("y", 5, 5, 5).ticks().size()).isGreaterThan(2);
        Axis steps = Axis.within("x", 100, 100_000, 6);
        assertThat(steps.low()).isEqualTo(100);
        assertThat(steps.ticks().stream().map(steps::text)).containsExactly("20k", "40k", "60k", "80k", "100k");
        Axis rate = Axis.powers("rate", 1e-6, 1e-3);
        assertThat(rate.ticks().stream().map(rate::text)).containsExactly("1e-6", "1e-5", "1e-4", "1e-3");
        assertThat(rate.share(1e-6)).isZero();
        assertThat(rate.share(1e-3)).isEqualTo(1);
    }

    @Test
    void aLongLineIsThinnedToMeansAndHolesAreLeftOut() {
        List<Point> points = IntStream.range(0, 10_000)
                .mapToObj(i -> new Point(i, i % 100 == 0 ? Double.NaN : 2))
                .toList();
        Series thin = new Series("a", points).thinned();
        assertThat(thin.points())
                .hasSize(400)
                .allSatisfy(point -> assertThat(point.y()).isEqualTo(2));
    }
}
