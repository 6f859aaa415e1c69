package dev.herd.bench.llm;

import java.time.Duration;

/// How a server is loaded.
///
/// @param clients that ask at once, each one request after the other
/// @param requests most that are sent in all
/// @param time after which no more are sent
/// @param tokens most that a request asks for
/// @param seed of prompts, lengths, and who leaves when
public record LoadPlan(int clients, int requests, Duration time, int tokens, long seed) {
    public LoadPlan {
        if (clients < 1 || requests < clients || tokens < 1 || time.isNegative()) {
            throw new IllegalArgumentException("there must be a client, a request for each and a token, got " + clients
                    + ", " + requests + ", " + tokens + " in " + time);
        }
    }
}
