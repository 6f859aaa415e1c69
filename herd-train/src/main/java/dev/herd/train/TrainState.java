package dev.herd.train;

import dev.herd.nn.LearningRate;

/// Where a run stands; with the arrays of its checkpoint it goes on from here to the same bits.
///
/// @param step steps done
/// @param epoch number of the epoch that the next row belongs to, from 0
/// @param row rows of that epoch that are done
/// @param evaluated step of the last evaluation, -1 before the first
/// @param monitor what the evaluations mean
/// @param rate what the learning rate's schedule has learnt from the evaluations
/// @param tally loss since the last line of the log
record TrainState(
        long step, int epoch, long row, long evaluated, Monitor monitor, LearningRate.State rate, Tally tally) {
    static TrainState start(LearningRate.State rate) {
        return new TrainState(0, 0, 0, -1, Monitor.START, rate, Tally.EMPTY);
    }

    /// Sums over the steps since the last line of the log.
    record Tally(double loss, double gradientNorm, long rows, long steps) {
        static final Tally EMPTY = new Tally(0, 0, 0, 0);

        Tally plus(double meanLoss, double norm, int batch) {
            return new Tally(loss + meanLoss * batch, gradientNorm + norm, rows + batch, steps + 1);
        }
    }

    /// The epoch of the last step, counted from 1.
    int epochNumber() {
        return row > 0 ? epoch + 1 : epoch;
    }

    TrainState afterStep(TrainStep.Outcome outcome) {
        return new TrainState(
                step + 1,
                epoch,
                row + outcome.rows(),
                evaluated,
                monitor,
                rate,
                tally.plus(outcome.loss(), outcome.gradientNorm(), outcome.rows()));
    }

    TrainState afterEpoch() {
        return new TrainState(step, epoch + 1, 0, evaluated, monitor, rate, tally);
    }

    TrainState afterEvaluation(Monitor changed, LearningRate.State lowered) {
        return new TrainState(step, epoch, row, step, changed, lowered, tally);
    }

    TrainState afterLog() {
        return new TrainState(step, epoch, row, evaluated, monitor, rate, Tally.EMPTY);
    }
}
