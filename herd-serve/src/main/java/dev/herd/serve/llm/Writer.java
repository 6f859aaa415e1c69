package dev.herd.serve.llm;

import dev.herd.llama.Completion.End;
import dev.herd.llama.batching.Outcome;
import dev.herd.llama.batching.Piece;
import dev.herd.llama.batching.RefusedException;
import dev.herd.llama.batching.Reply;
import dev.herd.serve.llm.Wire.Envelope;
import dev.herd.serve.llm.Wire.Usage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Answers one question, whole or in events.
final class Writer {
    /// A client that waits longer than this for the next token is told that it has not been forgotten.
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final ServedModel model;
    private final Metrics metrics;
    private final Question question;
    private final Shape shape;
    private final String id;
    private final long created = Instant.now().getEpochSecond();

    Writer(ServedModel model, Metrics metrics, Question question, Shape shape) {
        this.model = model;
        this.metrics = metrics;
        this.question = question;
        this.shape = shape;
        id = shape.idPrefix() + UUID.randomUUID().toString().replace("-", "");
    }

    /// **Throws** [Problem] while nothing has been sent, `IOException` when the client has gone.
    void answer(Call call) throws IOException, InterruptedException {
        try (Reply reply = ask()) {
            if (question.stream()) {
                stream(call, reply);
            } else {
                call.send(200, whole(reply));
            }
        }
    }

    private Reply ask() {
        try {
            return model.batcher().ask(question.ask());
        } catch (RefusedException e) {
            throw Problem.of(e);
        }
    }

    private Envelope whole(Reply reply) throws InterruptedException {
        List<Piece> pieces = new ArrayList<>();
        for (Optional<Piece> piece = reply.next(); piece.isPresent(); piece = reply.next()) {
            pieces.add(piece.get());
        }
        Outcome outcome = outcome(reply);
        Object choice = shape.whole(pieces, outcome.end());
        return envelope(List.of(choice), Usage.of(outcome));
    }

    private void stream(Call call, Reply reply) throws IOException, InterruptedException {
        try (EventStream events = call.events()) {
            send(events, shape.opening().stream().toList());
            for (Optional<Piece> piece = next(reply, events); piece.isPresent(); piece = next(reply, events)) {
                send(events, shape.part(piece.get()));
            }
            try {
                Outcome outcome = outcome(reply);
                send(events, shape.closing(outcome.end()));
                if (question.usage()) {
                    events.send(envelope(List.of(), Usage.of(outcome)));
                }
                events.done();
            } catch (Problem problem) {
                events.send(problem.body());
            }
        }
    }

    private static Optional<Piece> next(Reply reply, EventStream events) throws IOException, InterruptedException {
        while (!reply.await(PATIENCE)) {
            events.comment("waiting");
        }
        return reply.next();
    }

    private void send(EventStream events, List<?> choices) throws IOException {
        for (Object choice : choices) {
            events.send(envelope(List.of(choice), null));
        }
    }

    private Outcome outcome(Reply reply) {
        Outcome outcome;
        try {
            outcome = reply.outcome();
        } catch (IllegalStateException e) {
            throw new Problem(Problem.Kind.FAILED, String.valueOf(e.getMessage()));
        }
        if (outcome.end() == End.INTERRUPTED) {
            throw new Problem(Problem.Kind.STOPPING, "the server stopped before the text was whole");
        }
        metrics.ended(outcome);
        return outcome;
    }

    private Envelope envelope(List<?> choices, @Nullable Usage usage) {
        return new Envelope(id, shape.object(question.stream()), created, model.name(), choices, usage);
    }
}
