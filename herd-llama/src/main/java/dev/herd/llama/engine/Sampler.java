package dev.herd.llama.engine;

import dev.herd.numerics.CounterRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// Chooses the tokens of one text, one after the other.
///
/// The order is: bias, penalties, temperature, `topK`, `topP`, `minP`; ties go to the lower id. The n-th
/// choice is a function of the seed, n and the logits alone.
public final class Sampler {
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

    /// The ids that the limits keep, the most likely first. Weights are relative to the highest, which is
    /// 1.
    private int[] kept(double[] weights) {
        double total = Arrays.stream(weights).sum();
        // What is less likely than this is never needed to reach topP: all of it together is not.
        double least = sampling.topP() < 1 ? (1 - sampling.topP()) * total / weights.length : 0;
        int[] ids = order(weights, Math.max(least, sampling.minP()));
        int count = sampling.topK() == 0 ? ids.length : Math.min(sampling.topK(), ids.length);
        double limit = sampling.topP() * (count < ids.length ? sum(weights, ids, count) : total);
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += weights[ids[i]];
            if (sum >= limit) {
                return Arrays.copyOf(ids, i + 1);
            }
        }
        return Arrays.copyOf(ids, count);
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
        for (int id : ids) {
            at -= weights[id];
            if (at < 0) {
                return id;
            }
        }
        return ids[ids.length - 1];
    }

    /// The natural logarithm of a token's probability under the logits, before any of the settings.
    public static double logProbability(float[] logits, int token) {
        double top = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            top = Math.max(top, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - top);
        }
        return logits[token] - top - Math.log(sum);
    }
}
