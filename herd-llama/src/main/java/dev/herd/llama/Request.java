package dev.herd.llama;

import dev.herd.llama.engine.Sampling;
import java.util.List;

/// What is wanted of a completion.
///
/// @param tokens most tokens to generate
/// @param stops texts that end it and are not part of it
public record Request(int tokens, Sampling sampling, List<String> stops) {
    public Request {
        if (tokens < 1) {
            throw new IllegalArgumentException("tokens must be positive, got " + tokens);
        }
        stops = List.copyOf(stops);
        if (stops.contains("")) {
            throw new IllegalArgumentException("an empty stop string would end every text at once");
        }
    }

    /// The most likely continuation.
    public static Request greedy(int tokens) {
        return new Request(tokens, Sampling.greedy(), List.of());
    }

    public Request withSampling(Sampling sampling) {
        return new Request(tokens, sampling, stops);
    }

    public Request withStops(String... stops) {
        return new Request(tokens, sampling, List.of(stops));
    }
}
