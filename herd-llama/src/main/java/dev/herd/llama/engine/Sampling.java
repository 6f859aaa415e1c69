package dev.herd.llama.engine;

import java.util.Map;

/// How the next token is chosen from the logits.
///
/// @param temperature divides the logits; 0 takes the most likely token
/// @param topK how many of the most likely tokens are kept, 0 for all
/// @param topP the most likely tokens are kept until their probabilities reach this sum
/// @param minP tokens below this share of the highest probability are dropped
/// @param penalties on tokens that stand in the text already
/// @param bias added to the logits of single tokens
/// @param seed of the choice: the same seed gives the same text
public record Sampling(
        double temperature,
        int topK,
        double topP,
        double minP,
        Penalties penalties,
        Map<Integer, Double> bias,
        long seed) {
    /// @param repetition divides positive and multiplies negative logits, 1 for none
    /// @param frequency subtracted for each time the token stands in the text
    /// @param presence subtracted once for a token that stands in the text
    public record Penalties(double repetition, double frequency, double presence) {
        public static final Penalties NONE = new Penalties(1, 0, 0);

        public Penalties {
            if (!(repetition > 0) || !Double.isFinite(repetition + frequency + presence)) {
                throw new IllegalArgumentException("penalties must be finite and repetition positive, got " + repetition
                        + ", " + frequency + ", " + presence);
            }
        }
    }

    public Sampling {
        if (!(temperature >= 0) || Double.isInfinite(temperature)) {
            throw new IllegalArgumentException("temperature must be finite and not negative, got " + temperature);
        }
        if (topK < 0) {
            throw new IllegalArgumentException("topK must not be negative, got " + topK);
        }
        if (!(topP > 0 && topP <= 1)) {
            throw new IllegalArgumentException("topP must be above 0 and at most 1, got " + topP);
        }
        if (!(minP >= 0 && minP < 1)) {
            throw new IllegalArgumentException("minP must be 0 or more and below 1, got " + minP);
        }
        bias = Map.copyOf(bias);
    }

    /// Always the most likely token.
    public static Sampling greedy() {
        return new Sampling(0, 0, 1, 0, Penalties.NONE, Map.of(), 0);
    }

    /// A choice from the whole distribution at this temperature, before any of the limits.
    public static Sampling of(double temperature, long seed) {
        return new Sampling(temperature, 0, 1, 0, Penalties.NONE, Map.of(), seed);
    }

    public Sampling withTopK(int topK) {
        return new Sampling(temperature, topK, topP, minP, penalties, bias, seed);
    }

    public Sampling withTopP(double topP) {
        return new Sampling(temperature, topK, topP, minP, penalties, bias, seed);
    }

    public Sampling withMinP(double minP) {
        return new Sampling(temperature, topK, topP, minP, penalties, bias, seed);
    }

    public Sampling withPenalties(Penalties penalties) {
        return new Sampling(temperature, topK, topP, minP, penalties, bias, seed);
    }

    public Sampling withBias(Map<Integer, Double> bias) {
        return new Sampling(temperature, topK, topP, minP, penalties, bias, seed);
    }
}
