package dev.herd.train;

import dev.herd.data.ReadFigures;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dedup.DedupGroups;
import dev.herd.data.dedup.Deduplication;
import dev.herd.train.metric.Calibration;
import dev.herd.train.report.RunReport;
import dev.herd.train.run.RunFolder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Writes down what a run does: metrics, log, report, result.
final class RunRecord {
    static final String PROGRESS = "train";
    static final String EVALUATION = "evaluation";
    static final String TEST = "test";

    private final RunFolder folder;
    private final TrainConfig config;
    private final Dataset dataset;
    private final Network network;
    private double secondsAtLog;
    private long rowsHere;
    private ReadFigures reading = ReadFigures.NONE;

    RunRecord(RunFolder folder, TrainConfig config, Dataset dataset, Network network) {
        this.folder = folder;
        this.config = config;
        this.dataset = dataset;
        this.network = network;
    }

    void started(TrainState state, DedupGroups groups) {
        folder.log("%s with %,d parameters on %s, step %d"
                .formatted(config.model().name(), network.count(), dataset.folder(), state.step()));
        if (!config.numerics().isPlain()) {
            folder.log("operands of matrix products: " + config.numerics());
        }
        if (!groups.isEmpty()) {
            folder.log("deduplicated: " + groups.groups()
                    + (groups.windows().isEmpty() ? "" : ", as windows: " + groups.windows()));
        } else if (!(config.deduplicate() instanceof Deduplication.None)) {
            folder.log("nothing to deduplicate: no feature reaches the threshold; see `herd inspect %s --duplication`"
                    .formatted(dataset.folder()));
        }
    }

    /// A reader of the training split has done its work.
    void read(ReadFigures figures) {
        reading = reading.plus(figures);
        folder.log(
                "read %,d rows: fill %.2f s, convert %.2f s, process %.2f s; features of %s, %.2fx smaller than written"
                                .formatted(
                                        figures.rows(),
                                        figures.fillSeconds(),
                                        figures.convertSeconds(),
                                        figures.processSeconds(),
                                        megabytes(figures.bytes()),
                                        figures.factor())
                        + " out; at most %s waited beside %s of decoded rows"
                                .formatted(megabytes(figures.queuedBytes()), megabytes(figures.decodedBytes())));
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", bytes * 1e-6);
    }

    /// A line of progress; `state` still holds the tally.
    void progress(TrainState state, TrainStep.Rates rates, StepClock clock) {
        TrainState.Tally tally = state.tally();
        double seconds = clock.seconds();
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("loss", tally.loss() / tally.rows());
        values.put("learning_rate", rates.dense());
        values.put("table_learning_rate", rates.tables());
        values.put("gradient_norm", tally.gradientNorm() / tally.steps());
        values.put("samples_per_s", tally.rows() / (seconds - secondsAtLog));
        secondsAtLog = seconds;
        rowsHere += tally.rows();
        folder.record(PROGRESS, state.step(), values, Map.of("epoch", state.epochNumber()));
        folder.log("step %,d epoch %d loss %.6f rate %.3g %,.0f samples/s"
                .formatted(
                        state.step(),
                        state.epochNumber(),
                        values.get("loss"),
                        rates.dense(),
                        values.get("samples_per_s")));
    }

    void evaluation(TrainState state, String split, Evaluator.Measured measured, StepClock clock) {
        boolean best = state.monitor().bestStep() == state.step();
        measured(EVALUATION, state.step(), state.epochNumber(), split, measured, best);
        folder.log("step %,d %s%s%s".formatted(state.step(), split, listed(measured.metrics()), best ? " best" : ""));
        report(clock);
    }

    void test(TrainState state, long kept, String split, Evaluator.Measured measured) {
        measured(TEST, state.step(), state.epochNumber(), split, measured, false);
        folder.log("weights of step %,d on %s%s".formatted(kept, split, listed(measured.metrics())));
    }

    private void measured(String kind, long step, int epoch, String split, Evaluator.Measured measured, boolean best) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("epoch", epoch);
        details.put("split", split);
        details.put("rows", measured.rows());
        details.put("best", best);
        List<List<Number>> bins = new ArrayList<>();
        for (Calibration.Bin bin : measured.reliability()) {
            bins.add(List.of(bin.predicted(), bin.observed(), bin.rows()));
        }
        details.put("reliability", bins);
        folder.record(kind, step, measured.metrics(), details);
    }

    private static String listed(Map<String, Double> metrics) {
        StringBuilder text = new StringBuilder();
        metrics.forEach(
                (name, value) -> text.append(' ').append(name).append(String.format(Locale.ROOT, " %.6f", value)));
        return text.toString();
    }

    /// Draws the report from what is written down so far.
    private void report(StepClock clock) {
        folder.write("report.html", RunReport.html(new StoryTeller(folder, config, dataset, network).story(clock)));
    }

    TrainResult paused(TrainState state, long kept, StepClock clock) {
        report(clock);
        folder.log("paused after step " + state.step());
        return result(state, kept, Evaluator.Measured.NONE, clock);
    }

    private TrainResult result(TrainState state, long kept, Evaluator.Measured test, StepClock clock) {
        double seconds = clock.seconds();
        double rate = seconds > 0 ? (rowsHere + state.tally().rows()) / seconds : 0;
        Map<String, Double> validation = StoryTeller.metrics(folder.entries(), EVALUATION, kept);
        return new TrainResult(folder.path(), state.step(), kept, validation, test.metrics(), rate);
    }

    TrainResult finished(TrainState state, long kept, Evaluator.Measured test, StepClock clock) {
        TrainResult result = result(state, kept, test, clock);
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("steps", state.step()).put("kept_step", kept).put("samples_per_s", result.samplesPerSecond());
        json.put("numerics", config.numerics().toString());
        result.validation()
                .forEach((name, value) -> json.withObject("validation").put(name, value));
        test.metrics().forEach((name, value) -> json.withObject("test").put(name, value));
        json.withObject("reader")
                .put("rows", reading.rows())
                .put("fill_seconds", reading.fillSeconds())
                .put("convert_seconds", reading.convertSeconds())
                .put("process_seconds", reading.processSeconds())
                .put("bytes", reading.bytes())
                .put("expanded_bytes", reading.expandedBytes())
                .put("queued_bytes", reading.queuedBytes())
                .put("queued_expanded_bytes", reading.queuedExpandedBytes())
                .put("decoded_bytes", reading.decodedBytes());
        folder.write("result.json", json);
        report(clock);
        folder.log("finished after step " + state.step());
        return result;
    }
}
