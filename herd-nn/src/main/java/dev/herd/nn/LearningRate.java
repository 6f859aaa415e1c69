package dev.herd.nn;

import dev.herd.nn.LearningRateConfig.Decay;

/// The size of each step of a run.
///
/// The rate is a function of the step's number, apart from what a plateau schedule has learnt from evaluations:
/// that is its [State], which belongs in checkpoints.
public final class LearningRate {
    /// What a plateau schedule remembers.
    ///
    /// @param rate full rate after the reductions so far
    /// @param best best metric so far, larger is better
    /// @param stale evaluations in a row without improvement
    public record State(double rate, double best, int stale) {}

    private final LearningRateConfig config;
    private final long warmUp;
    private final long totalSteps;
    private State state;

    private LearningRate(LearningRateConfig config, long totalSteps) {
        this.config = config;
        this.totalSteps = totalSteps;
        this.warmUp = config.warmUpSteps() > 0 ? config.warmUpSteps() : Math.round(config.warmUpShare() * totalSteps);
        this.state = new State(config.rate(), Double.NEGATIVE_INFINITY, 0);
    }

    /// @param totalSteps steps of the whole run; 0 when that is not known
    ///
    /// **Throws** `IllegalArgumentException` when the schedule needs the length of the run and it is not known.
    public static LearningRate create(LearningRateConfig config, long totalSteps) {
        boolean needsEnd = switch (config.decay()) {
            case Decay.Linear linear -> linear.steps() == 0;
            case Decay.Cosine cosine -> cosine.steps() == 0;
            case Decay.Constant() -> false;
            case Decay.Step step -> false;
            case Decay.Plateau plateau -> false;
        };
        boolean needsShare = config.warmUpSteps() == 0 && config.warmUpShare() > 0;
        if (totalSteps <= 0 && (needsEnd || needsShare)) {
            throw new IllegalArgumentException("the length of the run is not known: give "
                    + (needsEnd ? "the decay's steps" : "warm_up_steps instead of warm_up_share"));
        }
        return new LearningRate(config, totalSteps);
    }

    /// The rate of the step with this number, counted from 0. The first step of a warm-up over N steps has 1/N
    /// of the full rate, step N-1 all of it.
    public double at(long step) {
        if (step < warmUp) {
            return state.rate * (step + 1) / warmUp;
        }
        long since = step - warmUp;
        return switch (config.decay()) {
            case Decay.Constant() -> state.rate;
            case Decay.Plateau plateau -> state.rate;
            case Decay.Linear linear -> between(linear.floor(), 1 - progress(since, linear.steps()));
            case Decay.Cosine cosine ->
                between(cosine.floor(), (1 + Math.cos(Math.PI * progress(since, cosine.steps()))) / 2);
            case Decay.Step step1 -> state.rate * Math.pow(step1.factor(), since / step1.every());
        };
    }

    private double between(double floor, double height) {
        return state.rate * (floor + (1 - floor) * height);
    }

    private double progress(long since, long steps) {
        long span = steps > 0 ? steps : Math.max(1, totalSteps - warmUp);
        return Math.min(1, (double) since / span);
    }

    /// Tells a plateau schedule the monitored metric; the others do not care.
    ///
    /// @param metric larger is better: hand in a loss with its sign changed
    /// @return true when the rate was reduced
    public boolean observe(double metric) {
        if (!(config.decay() instanceof Decay.Plateau plateau)) {
            return false;
        }
        if (metric >= state.best + plateau.minDelta()) {
            state = new State(state.rate, metric, 0);
            return false;
        }
        int stale = state.stale + 1;
        if (stale < plateau.patience()) {
            state = new State(state.rate, state.best, stale);
            return false;
        }
        double reduced = Math.min(state.rate, Math.max(state.rate * plateau.factor(), plateau.floor()));
        boolean changed = reduced < state.rate;
        state = new State(reduced, state.best, 0);
        return changed;
    }

    public State state() {
        return state;
    }

    /// Continues a checkpointed run.
    public void restore(State state) {
        this.state = state;
    }
}
