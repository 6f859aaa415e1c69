package dev.herd.train.tune;

import dev.herd.data.InputException;
import dev.herd.train.TrainConfig;
import dev.herd.train.tune.TuneConfig.Search;

/// How long trials train before they are compared.
///
/// A trial is one run of its full length, learning-rate schedule included, that pauses at each rung and
/// goes on if it is promoted: the rungs divide that length by eta, eta squared and so on. So a finalist is
/// the very run that its configuration gives alone, and a rung compares runs at the same share of their
/// schedules.
///
/// @param rungs number of them; the last one is the end of the run
/// @param eta one trial of so many is promoted
/// @param wholeEpochs whether rungs end with epochs
record Ladder(int rungs, int eta, boolean wholeEpochs) {
    /// @param rows of the training split
    /// @param base of all trials
    ///
    /// **Throws** [InputException] when there is no room for two rungs.
    static Ladder of(Search search, TrainConfig base, long rows) {
        if (!(search instanceof Search.SuccessiveHalving halving)) {
            return new Ladder(1, 2, true);
        }
        boolean whole = halving.minRows() == 0;
        long length = whole ? base.epochs() : Math.multiplyExact(rows, (long) base.epochs());
        long least = whole ? halving.minEpochs() : halving.minRows();
        int rungs = 1;
        for (long first = length; first / halving.eta() >= least; first /= halving.eta()) {
            rungs++;
        }
        if (rungs == 1) {
            throw new InputException("successive halving has no room for a second rung: a run has " + length
                    + (whole ? " epochs" : " rows") + ", the first rung needs " + least + ", eta is " + halving.eta()
                    + (whole
                            ? "; raise epochs, or give min_rows instead of min_epochs"
                            : "; lower min_rows, or raise epochs"));
        }
        if (base.evaluation().everySteps() > 0) {
            throw new InputException(
                    "evaluation.every_steps is " + base.evaluation().everySteps()
                            + ", but successive halving decides when to measure: leave it at 0");
        }
        return new Ladder(rungs, halving.eta(), whole);
    }

    private long divisor() {
        return (long) Math.pow(eta, rungs - 1);
    }

    /// Steps of a trial up to a rung, from 0; `Long.MAX_VALUE` for the end of the run.
    long steps(int rung, TrainConfig config, long rows) {
        if (rung == rungs - 1) {
            return Long.MAX_VALUE;
        }
        long factor = (long) Math.pow(eta, rung);
        long perEpoch = Math.ceilDiv(rows, (long) config.batchSize());
        return wholeEpochs
                ? config.epochs() / divisor() * factor * perEpoch
                : Math.max(1, perEpoch * config.epochs() / divisor()) * factor;
    }

    /// Rows that a trial has seen at a rung.
    long samples(int rung, TrainConfig config, long rows) {
        long perEpoch = Math.ceilDiv(rows, (long) config.batchSize());
        long steps = Math.min(steps(rung, config, rows), perEpoch * config.epochs());
        return steps / perEpoch * rows + Math.min(rows, steps % perEpoch * config.batchSize());
    }

    /// Steps between two evaluations, such that one comes with each rung; 0 for the ends of epochs.
    long evaluateEvery(TrainConfig config, long rows) {
        return rungs == 1 || wholeEpochs ? config.evaluation().everySteps() : steps(0, config, rows);
    }

    /// How many of so many trials are trained at a rung.
    int trials(int rung, int all) {
        return Math.max(1, all / (int) Math.pow(eta, rung));
    }
}
