package dev.herd.serve.llm;

import dev.herd.llama.Request;
import dev.herd.llama.engine.Sampling;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.IntNode;

/// What requests of both kinds have in common: how the text is written and how it is sent.
///
/// @param usage whether the last event of a stream tells the numbers of tokens
record Settings(Sampling sampling, List<String> stops, boolean stream, boolean usage) {
    static final Set<String> READ = Set.of(
            "model",
            "n",
            "temperature",
            "top_p",
            "seed",
            "stop",
            "stream",
            "stream_options",
            "frequency_penalty",
            "presence_penalty",
            "logit_bias",
            "max_tokens",
            "logprobs");

    /// Parameters of clients that change nothing in what a model of one's own writes.
    static final Set<String> IGNORED = Set.of("user", "metadata", "store", "service_tier", "safety_identifier");

    private static final int MOST_STOPS = 16;

    static Settings of(Fields fields, int vocabulary) {
        fields.only("n", IntNode.valueOf(1));
        Sampling.Penalties penalties = new Sampling.Penalties(
                1, fields.number("frequency_penalty", -2, 2, 0), fields.number("presence_penalty", -2, 2, 0));
        long seed =
                fields.seed("seed").orElseGet(() -> ThreadLocalRandom.current().nextLong());
        double topP = fields.number("top_p", Double.MIN_NORMAL, 1, 1);
        Sampling sampling = new Sampling(
                fields.number("temperature", 0, 2, 1), 0, topP, 0, penalties, bias(fields, vocabulary), seed);
        List<String> stops = fields.texts("stop", MOST_STOPS);
        if (stops.contains("")) {
            throw Problem.with("stop", "must not hold an empty string");
        }
        boolean usage = fields.value("stream_options")
                .map(options -> new Fields(options).flag("include_usage"))
                .orElse(false);
        return new Settings(sampling, stops, fields.flag("stream"), usage);
    }

    private static Map<Integer, Double> bias(Fields fields, int vocabulary) {
        Map<Integer, Double> bias = new HashMap<>();
        JsonNode given = fields.value("logit_bias").orElse(null);
        if (given == null) {
            return bias;
        }
        for (String token : given.propertyNames()) {
            int id = token.matches("\\d{1,9}") ? Integer.parseInt(token) : vocabulary;
            if (id >= vocabulary) {
                throw Problem.with(
                        "logit_bias", "must name tokens from 0 to " + (vocabulary - 1) + ", got '" + token + "'");
            }
            bias.put(id, new Fields(given).number(token, -100, 100, 0));
        }
        return bias;
    }

    Request request(int tokens) {
        return new Request(tokens, sampling, stops);
    }
}
