package dev.herd.train;

import dev.herd.data.Batch;
import dev.herd.data.BatchReader;
import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dataset.ReadOptions;
import dev.herd.data.dedup.DedupGroups;
import dev.herd.nn.LearningRate;
import dev.herd.numerics.CounterRandom;
import dev.herd.numerics.WorkerPool;
import dev.herd.train.StepClock.Part;
import dev.herd.train.checkpoint.Checkpoint;
import dev.herd.train.checkpoint.CheckpointFolder;
import dev.herd.train.run.RunFolder;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A run in progress: the loop around [TrainStep]. Where it stands is one [TrainState]; what to do next
/// follows from that and the configuration alone.
///
/// **Owner**: who creates it closes it; the run's folder stays the caller's.
final class TrainingRun implements AutoCloseable {
    private static final String TRAIN = "train";
    private static final long DROPOUT = 0x64726f70;

    private final TrainConfig config;
    private final Dataset dataset;
    private final RunFolder folder;
    private final Progress progress;
    private final WorkerPool pool;
    private final Network network;
    private final DedupGroups groups;
    private final StepClock clock = new StepClock();
    private final TrainStep step;
    private final Evaluator evaluator;
    private final CheckpointFolder checkpoints;
    private final RunRecord record;
    private final long rows;
    private final LearningRate schedule;
    private TrainState state;
    private @Nullable TrainState saved;

    private TrainingRun(
            TrainConfig config,
            Dataset dataset,
            RunFolder folder,
            Progress progress,
            WorkerPool pool,
            Network network,
            DedupGroups groups) {
        this.config = config;
        this.dataset = dataset;
        this.folder = folder;
        this.progress = progress;
        this.pool = pool;
        this.network = network;
        this.groups = groups;
        this.step = new TrainStep(network, config, pool, clock);
        this.evaluator = new Evaluator(
                dataset, config.evaluation().auc(), config.evaluation().batchSize(), config.workers(), groups);
        this.checkpoints =
                CheckpointFolder.open(folder.checkpoints(), config.checkpoints().keep());
        this.record = new RunRecord(folder, config, dataset, network);
        this.rows = dataset.rows(TRAIN);
        long whole = Math.ceilDiv(rows, config.batchSize()) * config.epochs();
        long steps = config.steps() > 0 ? Math.min(config.steps(), whole) : whole;
        this.schedule = LearningRate.create(config.learningRate(), steps);
        this.state = TrainState.start(schedule.state());
    }

    static TrainingRun create(TrainConfig config, Dataset dataset, RunFolder folder, Progress progress) {
        if (dataset.rows(TRAIN) == 0) {
            throw InputException.of(dataset.folder(), "its split 'train' has no rows");
        }
        DedupGroups groups = BatchGroups.of(config, dataset, TRAIN, order(config, 0, 0), progress);
        WorkerPool pool = WorkerPool.create(config.workers());
        try {
            Network network =
                    Network.create(config, dataset.schema(), config.tables().optimizer(), pool);
            try {
                return new TrainingRun(config, dataset, folder, progress, pool, network, groups);
            } catch (RuntimeException | Error e) {
                network.close();
                throw e;
            }
        } catch (RuntimeException | Error e) {
            pool.close();
            throw e;
        }
    }

    /// Begins with the weights of another run.
    void begin(StartingWeights start) {
        start.fill(network);
        folder.log("started from the weights of " + start.run());
    }

    /// Takes up the state of a checkpoint of this run.
    void restore(Checkpoint checkpoint) {
        checkpoint.load(step.arrays());
        state = checkpoint.state(TrainState.class);
        step.restoreSteps(state.step());
        schedule.restore(state.rate());
        saved = state;
        folder.log("resumed at step " + state.step());
    }

    /// @param pauseAfter step after which the run is left unfinished
    TrainResult run(long pauseAfter) {
        record.started(state, groups);
        try (Progress.Task task = progress.start(TRAIN, samples(), "samples")) {
            task.advance(state.epoch() * rows + state.row());
            while (!ended() && state.step() < pauseAfter) {
                epoch(task, pauseAfter);
            }
            if (!ended()) {
                save();
                return record.paused(state, kept(), clock);
            }
            if (state.evaluated() != state.step()) {
                evaluate(task);
            }
            save();
        }
        return finish();
    }

    /// Rows that the run reads if nothing ends it early.
    private long samples() {
        long all = rows * config.epochs();
        return config.steps() > 0 ? Math.min(all, config.steps() * config.batchSize()) : all;
    }

    private boolean ended() {
        boolean limit = config.steps() > 0 && state.step() >= config.steps();
        return limit || state.epoch() >= config.epochs() || state.monitor().ends(config.stopping());
    }

    /// Trains to the end of the epoch, of the run, or to its pause.
    private void epoch(Progress.Task task, long pauseAfter) {
        ReadOptions order = order(config, state.epoch(), state.row()).withGroups(groups);
        try (BatchReader reader = dataset.reader(TRAIN, order)) {
            boolean whole = train(reader, task, pauseAfter);
            record.read(reader.figures());
            if (!whole) {
                return;
            }
        }
        state = state.afterEpoch();
        if (config.evaluation().everySteps() == 0) {
            evaluate(task);
            save();
        }
    }

    private static ReadOptions order(TrainConfig config, int epoch, long row) {
        return new ReadOptions(
                config.batchSize(), config.shuffle(), config.seed(), epoch, config.workers(), row, false);
    }

    /// Trains on a reader's rows; false when the run ends or pauses before they do.
    private boolean train(BatchReader reader, Progress.Task task, long pauseAfter) {
        clock.start();
        for (Optional<Batch> next = reader.next(); next.isPresent(); next = reader.next()) {
            clock.end(Part.READ);
            state = state.afterStep(step.run(next.get(), dropoutSeed(), rates()));
            task.advance(next.get().size());
            due(task);
            boolean pause = state.step() >= pauseAfter && state.row() < rows;
            if (ended() || pause) {
                return false;
            }
            clock.start();
        }
        return true;
    }

    private long dropoutSeed() {
        return CounterRandom.bits(config.seed(), DROPOUT, state.step());
    }

    private TrainStep.Rates rates() {
        double rate = schedule.at(state.step());
        return new TrainStep.Rates(
                rate, rate * (config.tableRate() / config.learningRate().rate()));
    }

    /// What is due between two steps.
    private void due(Progress.Task task) {
        if (state.step() % config.logEvery() == 0) {
            log(task);
        }
        if (every(config.evaluation().everySteps())) {
            evaluate(task);
            save();
        } else if (every(config.checkpoints().everySteps()) && state.row() < rows) {
            save();
        }
    }

    private void log(Progress.Task task) {
        if (state.tally().steps() > 0) {
            record.progress(state, rates(), clock);
            task.note("loss", state.tally().loss() / state.tally().rows());
            state = state.afterLog();
        }
    }

    private boolean every(long steps) {
        return steps > 0 && state.step() % steps == 0;
    }

    private void evaluate(Progress.Task task) {
        String split = config.evaluation().split();
        if (split == null) {
            return;
        }
        log(task);
        Evaluator.Measured measured = evaluator.measure(network, split, progress);
        String metric = config.evaluation().monitor();
        double gain = Monitor.gain(metric, measured.metrics());
        schedule.observe(gain);
        Monitor after = state.monitor().after(gain, state.step(), config.stopping());
        state = state.afterEvaluation(after, schedule.state());
        record.evaluation(state, split, measured, clock);
        task.note(metric, Monitor.value(metric, measured.metrics()));
    }

    private void save() {
        if (state.equals(saved)) {
            return;
        }
        long best = state.monitor().bestStep();
        checkpoints.save(state.step(), step.arrays(), state, best < 0 ? OptionalLong.empty() : OptionalLong.of(best));
        saved = state;
    }

    /// The step whose weights the run keeps if it ends here.
    private long kept() {
        long best = state.monitor().bestStep();
        return config.stopping().restoreBest() && best >= 0 ? best : state.step();
    }

    private TrainResult finish() {
        long kept = kept();
        if (kept != state.step()) {
            checkpoints.at(kept).load(network.weights());
            folder.log("restored the weights of step " + kept);
        }
        TrainedModel.save(folder.path(), config.withDeduplicate(groups.choice()), network);
        String test = config.evaluation().test();
        Evaluator.Measured measured = Evaluator.Measured.NONE;
        if (test != null && dataset.splits().contains(test)) {
            measured = evaluator.measure(network, test, progress);
            record.test(state, kept, test, measured);
        }
        return record.finished(state, kept, measured, clock);
    }

    @Override
    public void close() {
        step.close();
        network.close();
        pool.close();
    }
}
