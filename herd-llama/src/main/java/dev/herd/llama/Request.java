package dev.herd.llama;

import dev.herd.llama.engine.Sampling;
import dev.herd.llama.grammar.Grammar;
import java.util.List;
import java.util.Optional;

/// What is wanted of a completion.
///
/// @param tokens most tokens to generate
/// @param stops texts that end it and are not part of it
/// @param form that it shall have, if any
public record Request(int tokens, Sampling sampling, List<String> stops, Optional<Grammar> form) {
    public Request {
        if (tokens < 1) {
            throw new IllegalArgumentException("tokens must be positive, got " + tokens);
        }
        stops = List.copyOf(stops);
        if (stops.contains("")) {
            throw new IllegalArgumentException("an empty stop string would end every text at once");
        }
    }

    /// A text of any form.
    public Request(int tokens, Sampling sampling, List<String> stops) {
        this(tokens, sampling, stops, Optional.empty());
    }

    /// The most likely continuation.
    public static Request greedy(int tokens) {
        return new Request(tokens, Sampling.greedy(), List.of());
    }

    public Request withTokens(int most) {
        return new Request(most, sampling, stops, form);
    }

    public Request withSampling(Sampling sampling) {
        return new Request(tokens, sampling, stops, form);
    }

    public Request withStops(String... stops) {
        return new Request(tokens, sampling, List.of(stops), form);
    }

    /// A text of this form; it can end where the form does, or when its tokens are used up.
    public Request withForm(Grammar form) {
        return new Request(tokens, sampling, stops, Optional.of(form));
    }
}
