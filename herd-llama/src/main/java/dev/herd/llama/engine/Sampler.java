package dev.herd.llama.engine;

import dev.herd.numerics.CounterRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/// Chooses the tokens of one text, one after the other.
///
/// The order is: bias, penalties, temperature, `topK`, `topP`, `minP`; ties go to the lower id. The n-th
/// choice is a function of the seed, n and the logits alone.
public final class Sampler {
    private static final double LEAST_WEIGHT = 1e-12;

    private final Sampling sampling;
    private final Map<Integer, Integer> counts = new HashMap<>();
    private long choices;

    public Sampler(Sampling sampling) {
        this.sampling = sampling;
    }

    /// Counts a token of the text, of the prompt too, for the penalties.
    public void seen(int token) {
        counts.merge(token, 1, Integer::sum);
    }

    /// The next token; the logits are left as they are.
    public int next(float[] logits) {
        double[] scores = scores(logits);
        int best = 0;
        for (int id = 1; id < scores.length; id++) {
            best = scores[id] > scores[best] ? id : best;
        }
        if (sampling.temperature() == 0) {
            return best;
        }
        double top = scores[best];
        for (int id = 0; id < scores.length; id++) {
            scores[id] = Math.exp((scores[id] - top) / sampling.temperature());
        }
        return draw(scores, kept(scores), CounterRandom.uniform(sampling.seed(), 0, choices++));
    }

    private double[] scores(float[] logits) {
        double[] scores = new double[logits.length];
        Arrays.setAll(scores, id -> logits[id]);
        sampling.bias().forEach((id, bias) -> scores[id] += bias);
        Sampling.Penalties penalties = sampling.penalties();
        counts.forEach((id, count) -> {
            double score = scores[id];
            double repeated = score > 0 ? score / penalties.repetition() : score * penalties.repetition();
            scores[id] = repeated - count * penalties.frequency() - penalties.presence();
        });
        return scores;
    }

    /// The ids that the limits keep, the most likely first; where there are no limits, all as they come.
    /// Weights are relative to the highest, which is 1.
    private int[] kept(double[] weights) {
        if (sampling.topK() == 0 && sampling.topP() == 1 && sampling.minP() == 0) {
            return IntStream.range(0, weights.length).toArray();
        }
        double total = Arrays.stream(weights).sum();
        int[] ids = order(weights, Math.max(enough(weights, total), sampling.minP()));
        int count = sampling.topK() == 0 ? ids.length : Math.min(sampling.topK(), ids.length);
        double limit = sampling.topP() * (sampling.topK() == 0 ? total : sum(weights, ids, count));
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += weights[ids[i]];
            if (sum >= limit) {
                return Arrays.copyOf(ids, i + 1);
            }
        }
        return Arrays.copyOf(ids, count);
    }

    /// A weight such that those of at least that weight are all that topK and topP can keep: sorting the
    /// whole vocabulary would take longer than computing a small model's token.
    private double enough(double[] weights, double total) {
        double least = 1;
        int count = 0;
        double sum = 0;
        while (least > 0 && (sampling.topK() > 0 ? count < sampling.topK() : sum < sampling.topP() * total)) {
            least = least > LEAST_WEIGHT ? least / 8 : 0;
            count = 0;
            sum = 0;
            for (double weight : weights) {
                if (weight >= least) {
                    count++;
                    sum += weight;
                }
            }
        }
        return least;
    }

    /// Ids of at least this weight, in falling order.
    private static int[] order(double[] weights, double least) {
        Integer[] ids = new Integer[weights.length];
        int count = 0;
        for (int id = 0; id < weights.length; id++) {
            if (weights[id] >= least) {
                ids[count++] = id;
            }
        }
        Arrays.sort(ids, 0, count, (a, b) -> Double.compare(weights[b], weights[a]));
        return Arrays.stream(ids, 0, count).mapToInt(Integer::intValue).toArray();
    }

    private static double sum(double[] weights, int[] ids, int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += weights[ids[i]];
        }
        return sum;
    }

    private static int draw(double[] weights, int[] ids, double uniform) {
        double at = uniform * sum(weights, ids, ids.length);
        int possible = ids[0];
        for (int id : ids) {
            at -= weights[id];
            possible = weights[id] > 0 ? id : possible;
            if (at < 0) {
                return id;
            }
        }
        return possible;
    }

    /// The natural logarithm of a token's probability under the logits, before any of the settings.
    public static double logProbability(float[] logits, int token) {
        return logits[token] - logTotal(logits);
    }

    /// What a logit is above the logarithm of its token's probability.
    public static double logTotal(float[] logits) {
        double top = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            top = Math.max(top, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - top);
        }
        return top + Math.log(sum);
    }
}
